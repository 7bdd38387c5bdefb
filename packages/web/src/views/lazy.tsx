/** Parts of the page that few visits need: their code comes when they are first opened. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';

/** A component whose code `load` brings; until it has come nothing is shown, and `failed` hears when it cannot be had. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P & { failed: (error: unknown) => void }) => preact.JSX.Element | null {
  let known: ComponentType<P> | null = null;
  return function Lazy({ failed, ...props }) {
    const isKnown = useSignal(known !== null);
    useEffect(() => {
      if (known !== null) return;
      load().then((component) => {
        known = component;
        isKnown.value = true;
      }, failed);
    }, []);
    const Content = isKnown.value ? known : null;
    return Content === null ? null : <Content {...(props as unknown as P)} />;
  };
}
