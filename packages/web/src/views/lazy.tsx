/** Parts of the page that a first visit does not need: their code comes a little later, or when they are first opened. */
import { useSignal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

export type Lazy<P> = {
  /** Shows nothing until the code has come; `failed` hears when it cannot be had. */
  (props: P & { failed: () => void }): JSX.Element | null;
  /** Brings the code now; a failure is left to whoever opens it. */
  warm(): void;
};

/** A component whose code `load` brings. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): Lazy<P> {
  let known: ComponentType<P> | null = null;
  const bring = async () => {
    known ??= await load();
  };
  function Later({ failed, ...props }: P & { failed: () => void }) {
    const isKnown = useSignal(known !== null);
    useEffect(() => {
      if (known !== null) return;
      bring().then(() => {
        isKnown.value = true;
      }, failed);
    }, []);
    const Content = isKnown.value ? known : null;
    return Content === null ? null : <Content {...(props as unknown as P)} />;
  }
  return Object.assign(Later, { warm: () => void bring().catch(() => undefined) });
}
