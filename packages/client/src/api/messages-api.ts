/** The calls about messages. */
import type { MessageApi } from '../types/messages-api.ts';
import { queryOf, roomPath } from './paths.ts';
import type { Request } from './request.ts';

/** Creates the calls about history, posting, edits, reactions and search. */
export function createMessageApi(request: Request): MessageApi {
  return {
    messages: (roomId, page = {}) => request('GET', roomPath(roomId, `/messages${queryOf(page)}`)),
    postMessage: (roomId, body) => request('POST', roomPath(roomId, '/messages'), { body }),
    editMessage: (roomId, seq, content) =>
      request('PATCH', roomPath(roomId, `/messages/${seq}`), { body: { content } }),
    deleteMessage: (roomId, seq) => request('DELETE', roomPath(roomId, `/messages/${seq}`)),
    react: (roomId, seq, emoji, on) =>
      request(
        on ? 'PUT' : 'DELETE',
        roomPath(roomId, `/messages/${seq}/reactions/${encodeURIComponent(emoji)}`),
      ),
    markRead: (roomId, seq) => request('PUT', roomPath(roomId, '/read'), { body: { seq } }),
    search: (search, signal) => request('GET', `/v1/search${queryOf(search)}`, { signal }),
  };
}
