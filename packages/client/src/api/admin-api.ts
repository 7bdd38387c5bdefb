/** The calls for administrators. */
import type { AdminApi } from '../types/admin-api.ts';
import { queryOf } from './paths.ts';
import type { Request } from './request.ts';

/** Creates the calls for administrators. */
export function createAdminApi(request: Request): AdminApi {
  const userPath = (userId: number, rest = '') => `/v1/admin/users/${userId}${rest}`;
  return {
    users: (page = {}) => request('GET', `/v1/admin/users${queryOf(page)}`),
    updateUser: (userId, body) => request('PATCH', userPath(userId), { body }),
    resetToken: (userId) => request('POST', userPath(userId, '/reset')),
    endSessions: (userId) => request('DELETE', userPath(userId, '/sessions')),
    audit: (page = {}) => request('GET', `/v1/admin/audit${queryOf(page)}`),
    verifyAudit: () => request('GET', '/v1/admin/audit/verify'),
  };
}
