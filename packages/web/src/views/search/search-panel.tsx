import type { SearchHit } from '@banter/protocol';
import { useEffect, useRef } from 'preact/hooks';
import { isForeignKey } from '../../keys/keymap.ts';
import { Panel } from '../panels/panel.tsx';
import { PanelNote } from '../panels/panel-note.tsx';
import { useSelection } from '../panels/use-selection.ts';
import { usePage } from '../use-page.ts';
import { HitRow } from './hit-row.tsx';
import { useSearch } from './use-search.ts';

/** Searches the messages of the reader's rooms. A hit opens its message in the log. */
export function SearchPanel({ query, close }: { query: string; close: () => void }) {
  const { view } = usePage();
  const { found, search, more } = useSearch();
  const { hits, cursor, note, isWrong } = found.value;
  const selection = useSelection(hits.length);
  useEffect(() => {
    if (query !== '') void search(query);
  }, []);

  const open = (hit: SearchHit | undefined) => {
    if (hit === undefined) return;
    close();
    view.openMessage(hit.room.id, hit.message.seq);
  };
  /** Enter searches. When the text was searched already, it opens the selected hit. */
  const submit = (typed: string) => {
    if (typed === found.value.query) return open(hits[selection.index]);
    selection.reset();
    void search(typed);
  };
  return (
    <Panel title="search" close={close} width="broad">
      <QueryField query={query} isWrong={isWrong} submit={submit} onKey={selection.onKey} />
      <PanelNote isWrong={isWrong} id="search-note">
        {note}
      </PanelNote>
      <ol class="hits" aria-label="Found messages">
        {hits.map((hit, index) => (
          <HitRow
            key={`${hit.room.id}:${hit.message.seq}`}
            hit={hit}
            isSelected={index === selection.index}
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

type QueryFieldProps = {
  query: string;
  isWrong: boolean;
  submit: (typed: string) => void;
  onKey: (event: KeyboardEvent) => boolean;
};

function QueryField({ query, isWrong, submit, onKey }: QueryFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    submit(field.current?.value.trim() ?? '');
  };
  return (
    <search>
      <form class="filter" onSubmit={onSubmit}>
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
          onKeyDown={(event) => void (isForeignKey(event) || onKey(event))}
        />
      </form>
    </search>
  );
}
