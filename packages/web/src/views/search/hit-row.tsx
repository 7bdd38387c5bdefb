import type { Message, SearchHit } from '@banter/protocol';
import { useEffect, useRef } from 'preact/hooks';
import { withoutOverrides } from '../../text/bidi.ts';
import { excerptOf } from '../../text/excerpt.ts';
import { clockTime, dayKey, dayName, visibleName } from '../../text/format.ts';
import { roomTitle } from '../../text/room-title.ts';
import { usePage } from '../use-page.ts';

/** One hit of a search: room and time, the message with its matches, and its neighbours. */
export function HitRow({ hit, isSelected, open }: { hit: SearchHit; isSelected: boolean; open: () => void }) {
  const { self, client } = usePage();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const { message, room, before = [], after = [] } = hit;
  return (
    <li class={isSelected ? 'hit selected' : 'hit'} ref={item}>
      <button type="button" class="hit-open" aria-current={isSelected ? 'true' : undefined} onClick={open}>
        <span class="hit-place">
          {roomTitle(client.rooms.find(({ id }) => id === room.id) ?? room, self.id)}, {whenText(message.at)}
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
              isMatch ? <mark key={index}>{withoutOverrides(text)}</mark> : withoutOverrides(text),
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
      <bdi>{visibleName(message.username)}</bdi>{' '}
      <bdi>{withoutOverrides(message.content ?? 'message deleted')}</bdi>
    </span>
  );
}

function whenText(at: string): string {
  const isToday = dayKey(at) === dayKey(new Date().toISOString());
  return isToday ? `today ${clockTime(at)}` : `${dayName(at)} ${clockTime(at)}`;
}
