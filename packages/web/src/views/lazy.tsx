/** Components whose code is loaded after the first visit's, or when they are first shown. */
import { useSignal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

/** A component whose code is loaded on demand. */
export type Lazy<P> = {
  /** Shows nothing until the code is loaded. `failed` is called when loading fails. */
  (props: P & { failed: () => void }): JSX.Element | null;
  /** Loads the code now. A failure is reported when the component is shown. */
  warm(): void;
};

/** Makes a lazy component. `load` imports its code. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): Lazy<P> {
  let known: ComponentType<P> | null = null;
  const loadOnce = async () => {
    known ??= await load();
  };
  function Later({ failed, ...props }: P & { failed: () => void }) {
    const isKnown = useSignal(known !== null);
    useEffect(() => {
      if (known !== null) return;
      loadOnce().then(() => {
        isKnown.value = true;
      }, failed);
    }, []);
    const Content = isKnown.value ? known : null;
    return Content === null ? null : <Content {...(props as unknown as P)} />;
  }
  return Object.assign(Later, { warm: () => void loadOnce().catch(() => undefined) });
}
