import { byId, el } from '../dom.js';
import { KINDS } from '../flow-model.js';

/** Names the colours; a kind that is switched off is counted but not animated. */
export function showLegend(onToggle) {
  for (const [kind, name] of Object.entries(KINDS)) {
    const button = el(
      'button',
      { type: 'button', 'aria-pressed': 'true', style: `--kind: var(--kind-${kind})` },
      name,
    );
    button.addEventListener('click', () => {
      const shown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', shown);
      onToggle(kind, shown);
    });
    byId('flow-legend').append(button);
  }
}
