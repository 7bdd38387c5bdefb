/** Events of a link, handled by the socket or stream that uses it. */

/** The handlers. */
export type LinkEvents = {
  /** Called before the server closes the link: write the outbox now. */
  onClosing(): void;
  /** Called once, when nothing more can be sent or received, whichever side ended it. */
  onClose(): void;
  /** Called when the transport has passed on every queued byte. */
  onDrain(): void;
  /** Called after the event that removes this person from a room was written [A3]. */
  onFenced?(roomId: number): void;
};
