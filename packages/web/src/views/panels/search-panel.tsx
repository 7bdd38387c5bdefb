import type { Message, SearchHit } from '@banter/protocol';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { problemText } from '../../page/client-state.ts';
import { excerptOf } from '../../text/excerpt.ts';
import { clockTime, dayKey, dayName, longCount, visibleName } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';
import { Panel } from './panel.tsx';
import { PanelNote } from './panel-note.tsx';

/** Messages shown before and after each hit. */
const CONTEXT = 1;
const HINT = 'Words, "a phrase", from:mira in:#room before:2026-01-31 after: has:link has:code mentions:me';

type Found = {
  query: string;
  hits: readonly SearchHit[];
  cursor: string | undefined;
  note: string;
  isWrong: boolean;
};
const NOTHING: Found = { query: '', hits: [], cursor: undefined, note: HINT, isWrong: false };

/** Searches the messages of one's rooms; a hit leads to its place. */
export function SearchPanel({ query, close }: { query: string; close: () => void }) {
  const { view } = usePage();
  const field = useRef<HTMLInputElement>(null);
  const selected = useSignal(0);
  const { found, search, more } = useSearch(selected);
  useEffect(() => {
    if (query !== '') void search(query);
  }, []);

  const { hits, cursor, note, isWrong } = found.value;
  const open = (hit: SearchHit | undefined) => {
    if (hit === undefined) return;
    close();
    view.openMessage(hit.room.id, hit.message.seq);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') selected.value = Math.min(selected.value + 1, hits.length - 1);
    else if (event.key === 'ArrowUp') selected.value = Math.max(selected.value - 1, 0);
    else return;
    event.preventDefault();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const typed = field.current?.value.trim() ?? '';
    // Enter searches; once what is typed has been found, it opens.
    if (typed !== found.value.query) void search(typed);
    else open(hits[selected.value]);
  };
  return (
    <Panel title="search" close={close} width="broad">
      <search>
        <form class="filter" onSubmit={submit}>
          <label for="search-query">words</label>
          <input
            id="search-query"
            ref={field}
            data-focus
            inputMode="search"
            enterkeyhint="search"
            defaultValue={query}
            autocomplete="off"
            spellcheck={false}
            aria-describedby="search-note"
            aria-invalid={isWrong}
            onKeyDown={onKeyDown}
          />
        </form>
      </search>
      <PanelNote isWrong={isWrong} id="search-note">
        {note}
      </PanelNote>
      <ol class="hits" aria-label="Found messages">
        {hits.map((hit, index) => (
          <HitRow
            key={`${hit.room.id}:${hit.message.seq}`}
            hit={hit}
            isSelected={index === selected.value}
            open={() => open(hit)}
          />
        ))}
      </ol>
      {cursor !== undefined && (
        <button type="button" class="word more" onClick={() => void more()}>
          more
        </button>
      )}
    </Panel>
  );
}

function useSearch(selected: Signal<number>) {
  const { client } = usePage();
  const found = useSignal<Found>(NOTHING);
  /** Counts searches: an answer that another search has overtaken is dropped. */
  const asked = useRef(0);

  const ask = async (query: string, cursor: string | undefined, before: readonly SearchHit[]) => {
    const mine = ++asked.current;
    try {
      const page = await client.api.search({
        q: query,
        context: CONTEXT,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (mine !== asked.current) return;
      const hits = [...before, ...page.hits];
      const note = noteText(hits.length, page.cursor !== undefined, page.behind);
      found.value = { query, hits, cursor: page.cursor, note, isWrong: false };
    } catch (error) {
      if (mine === asked.current)
        found.value = { ...found.value, query, note: problemText(error), isWrong: true };
    }
  };
  const search = (query: string) => {
    selected.value = 0;
    if (query !== '') return ask(query, undefined, []);
    found.value = NOTHING;
    return Promise.resolve();
  };
  const more = () => ask(found.value.query, found.value.cursor, found.value.hits);
  return { found, search, more };
}

function noteText(count: number, isMore: boolean, behind: number): string {
  const found =
    count === 0
      ? 'Nothing was found.'
      : `${longCount(count)} found, newest first${isMore ? '; there are more' : ''}.`;
  return behind === 0 ? found : `${found} The last ${longCount(behind)} messages are not searched yet.`;
}

function HitRow({ hit, isSelected, open }: { hit: SearchHit; isSelected: boolean; open: () => void }) {
  const { self } = usePage();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const { message, room, before = [], after = [] } = hit;
  return (
    <li class={isSelected ? 'hit selected' : 'hit'} ref={item}>
      <button type="button" class="hit-open" aria-current={isSelected ? 'true' : undefined} onClick={open}>
        <span class="hit-place">
          {roomTitle(room, self.id)}, {whenText(message.at)}
        </span>
        {before.map((each) => (
          <ContextLine key={each.seq} message={each} />
        ))}
        <span class="hit-line">
          <b>
            <bdi>{visibleName(message.username)}</bdi>
          </b>{' '}
          <bdi>
            {excerptOf(message.content ?? '', hit.ranges).map(({ text, isMatch }, index) =>
              isMatch ? <mark key={index}>{text}</mark> : text,
            )}
          </bdi>
        </span>
        {after.map((each) => (
          <ContextLine key={each.seq} message={each} />
        ))}
      </button>
    </li>
  );
}

function ContextLine({ message }: { message: Message }) {
  return (
    <span class="hit-context">
      <bdi>{visibleName(message.username)}</bdi> <bdi>{message.content ?? 'message deleted'}</bdi>
    </span>
  );
}

function whenText(at: string): string {
  const isToday = dayKey(at) === dayKey(new Date().toISOString());
  return isToday ? `today ${clockTime(at)}` : `${dayName(at)} ${clockTime(at)}`;
}
