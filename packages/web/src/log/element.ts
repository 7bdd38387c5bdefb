/** A new element `name`; without class or text where those are empty. The text goes in as a text node. */
export function element(name: string, className = '', text = ''): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}
