/** All the script of a page: what a point or a figure says when it is pointed at or reached by the keyboard. */
export const pageScript = `
const tip = document.getElementById('tip');
function show(target, x, y) {
  tip.textContent = target.dataset.tip || target.getAttribute('aria-label');
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const below = y + 18 + height < innerHeight;
  tip.style.left = Math.max(6, Math.min(x + 12, innerWidth - width - 6)) + 'px';
  tip.style.top = Math.max(6, below ? y + 18 : y - height - 10) + 'px';
}
function hide() { tip.hidden = true; }
const asked = (event) => event.target.closest && event.target.closest('[data-tip]');
addEventListener('pointermove', (event) => {
  const target = asked(event);
  if (target) show(target, event.clientX, event.clientY);
  else if (!document.activeElement.matches('[data-tip]')) hide();
});
addEventListener('focusin', (event) => {
  const target = asked(event);
  if (!target) return hide();
  const { right, top, width } = target.getBoundingClientRect();
  show(target, right - width / 2, top + 8);
});
addEventListener('focusout', hide);
addEventListener('scroll', hide, { passive: true });
addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
`;
