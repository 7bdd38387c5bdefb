/** A new element `name`; without class or text where those are empty. The text goes in as a text node. */
export function element(name: string, className = '', text = ''): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** A button that says `text` and calls `press`. */
export function buttonElement(className: string, text: string, press: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = className;
  button.textContent = text;
  button.addEventListener('click', press);
  return button;
}

/** The same as no stop for Tab: what it does, a message's own actions do too, and the keyboard has those. */
export function pointerButton(className: string, text: string, press: () => void): HTMLButtonElement {
  const button = buttonElement(className, text, press);
  button.tabIndex = -1;
  return button;
}
