/** Creates an element. Empty `className` and `text` are left out; the text becomes a text node. */
export function element(name: string, className = '', text = ''): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** Creates a button labelled `text` that calls `press`. */
export function buttonElement(className: string, text: string, press: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = className;
  button.textContent = text;
  button.addEventListener('click', press);
  return button;
}

/** Creates a button that Tab skips. The keyboard reaches the same action through the message menu. */
export function pointerButton(className: string, text: string, press: () => void): HTMLButtonElement {
  const button = buttonElement(className, text, press);
  button.tabIndex = -1;
  return button;
}
