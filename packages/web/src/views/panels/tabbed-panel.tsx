import type { JSX } from 'preact';
import { Panel } from './panel.tsx';

type Section<T extends string> = { name: T; Content: () => JSX.Element | null };

type TabbedPanelProps<T extends string> = {
  title: string;
  sections: readonly Section<T>[];
  section: T;
  choose: (section: T) => void;
  close: () => void;
};

/** A panel with several sections, of which one is shown. */
export function TabbedPanel<T extends string>(props: TabbedPanelProps<T>) {
  const { title, sections, section, choose, close } = props;
  const Content = sections.find(({ name }) => name === section)?.Content;
  return (
    <Panel title={title} close={close} width="broad">
      <nav class="panel-tabs" aria-label={title}>
        {sections.map(({ name }) => (
          <button
            type="button"
            key={name}
            aria-current={name === section ? 'page' : undefined}
            onClick={() => choose(name)}
          >
            {name}
          </button>
        ))}
      </nav>
      {Content !== undefined && <Content key={section} />}
    </Panel>
  );
}
