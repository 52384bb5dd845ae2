// What a reader can't see, reach or read on the page as it is laid out now: a list of faults, each with its place.
(() => {
  const faults = [];
  const root = document.documentElement;
  const px = (rect) => `${Math.round(rect.left)}..${Math.round(rect.right)} × ${Math.round(rect.top)}..${Math.round(rect.bottom)}`;
  const name = (element) => {
    const of = (one) => {
      const words = [...one.classList].slice(0, 2).map((word) => `.${word}`).join('');
      const data = ['control', 'setting', 'figure', 'column', 'notice', 'table', 'metric'].find((key) => one.dataset?.[key]);
      return one.localName + words + (data ? `[${data}=${one.dataset[data]}]` : '');
    };
    const up = element.parentElement;
    const said = element.textContent.trim().replace(/\s+/g, ' ').slice(0, 24);
    return `${up ? `${of(up)} > ` : ''}${of(element)}${said ? ` “${said}”` : ''}`;
  };

  if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} wide on ${root.clientWidth}`);

  // What an element lets be seen of what is in it, and whether the rest can be scrolled to, per axis.
  const windows = new Map();
  const frame = (element) => {
    let found = windows.get(element);
    if (found === undefined) {
      const style = getComputedStyle(element);
      const paints = /paint|strict|content/.test(style.contain) || style.contentVisibility === 'auto';
      const clips = [style.overflowX, style.overflowY].map((overflow) => overflow !== 'visible' || paints);
      const scrolls = [style.overflowX, style.overflowY].map((overflow) => overflow === 'auto' || overflow === 'scroll');
      // What is clipped by containment alone has a margin to be seen in.
      const margin = style.overflowX === 'visible' ? parseFloat(style.overflowClipMargin) || 0 : 0;
      found = { margin, style, clips, scrolls, fixed: style.position === 'fixed', box: element.getBoundingClientRect() };
      windows.set(element, found);
    }
    return found;
  };
  // The part of a box that is seen; null where none is. `cut` is called with whoever cuts it off for good.
  const seen = (element, box, cut) => {
    let { left, right, top, bottom } = box;
    for (let up = element; up && up !== root && up !== document.body; up = up.parentElement) {
      const { clips, scrolls, box: edge, fixed, margin } = frame(up);
      // For screen readers alone.
      if (edge.width < 2 && edge.height < 2 && clips[0]) return null;
      if (up !== element || clips[0] || clips[1]) {
        if (clips[0]) {
          if (!scrolls[0] && (left < edge.left - margin - 2 || right > edge.right + margin + 2)) cut?.(up);
          left = Math.max(left, edge.left);
          right = Math.min(right, edge.right);
        }
        if (clips[1]) {
          if (!scrolls[1] && (top < edge.top - margin - 3 || bottom > edge.bottom + margin + 3)) cut?.(up);
          top = Math.max(top, edge.top);
          bottom = Math.min(bottom, edge.bottom);
        }
      }
      if (fixed) break;
    }
    return right - left > 1 && bottom - top > 1 ? { left, right, top, bottom } : null;
  };

  const CONTROLS = 'a[href], button, input, select, textarea, summary, [role=slider], [role=button]';
  const things = [];
  const drop = (element, box, kind, cut) => {
    const part = seen(element, box, cut);
    if (part) things.push({ element, part, kind, owner: element.closest('label, button, a, summary, select, .file-button, .help, svg') ?? element });
  };
  const hides = (element) => element.closest('.visually-hidden, .help-text, .skip, dialog:not([open])') !== null;
  for (const element of document.querySelectorAll(CONTROLS)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || hides(element)) continue;
    if (element.closest('svg') || element.type === 'file') continue;
    // A link in a text may stand in two lines.
    const inline = element.localName === 'a' && getComputedStyle(element).display === 'inline';
    if (inline) continue;
    drop(element, element.getBoundingClientRect(), 'control', (by) => faults.push(`${name(element)} is cut by ${name(by)} at ${px(element.getBoundingClientRect())}`));
  }
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    const element = node.parentElement;
    if (!element.checkVisibility({ visibilityProperty: true }) || hides(element) || element.closest('script, style, option')) continue;
    range.selectNodeContents(node);
    const svg = element.closest('svg');
    // A chart out of sight is drawn anew when it comes into sight.
    const plot = element.closest('.chart-plot')?.getBoundingClientRect();
    if (plot && (plot.bottom < 0 || plot.top > innerHeight)) continue;
    let told = false;
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      const cut = (by) => {
        if (!told) faults.push(`${name(element)} is cut by ${name(by)} at ${px(box)}`);
        told = true;
      };
      if (svg) { drop(element, box, 'drawn', cut); continue; }
      drop(element, box, element.closest('math') ? 'formula' : 'text', cut);
    }
  }
  // A text that is cut at its own edge.
  for (const element of document.querySelectorAll('main *, header *')) {
    if (element.scrollWidth <= element.clientWidth + 1 || element.closest('svg, input, textarea, select') || element.clientWidth < 2) continue;
    if (!element.checkVisibility({ visibilityProperty: true }) || hides(element)) continue;
    const { style, clips, scrolls } = frame(element);
    if (clips[0] && !scrolls[0] && style.display !== 'inline') faults.push(`${name(element)} is cut: ${element.scrollWidth} on ${element.clientWidth}`);
  }

  // What lies over what. Only neighbours in height are compared.
  things.sort((one, other) => one.part.top - other.part.top);
  const fixed = (element) => {
    for (let up = element; up; up = up.parentElement) if (frame(up).fixed) return true;
    return false;
  };
  const told = new Set();
  for (let i = 0; i < things.length; i++) {
    const one = things[i];
    for (let j = i + 1; j < things.length && things[j].part.top < one.part.bottom - 3; j++) {
      const other = things[j];
      if (one.owner === other.owner || one.owner.contains(other.owner) || other.owner.contains(one.owner)) continue;
      const wide = Math.min(one.part.right, other.part.right) - Math.max(one.part.left, other.part.left);
      const high = Math.min(one.part.bottom, other.part.bottom) - Math.max(one.part.top, other.part.top);
      if (wide < 2 || high < 4) continue;
      if (one.kind === 'formula' && other.kind === 'formula') continue;
      if (fixed(one.element) !== fixed(other.element)) continue;
      const said = `${name(one.element)} and ${name(other.element)} overlap by ${Math.round(wide)} × ${Math.round(high)} at ${px(one.part)}`;
      const key = name(one.element) + name(other.element);
      if (!told.has(key)) faults.push(said);
      told.add(key);
    }
  }

  // What runs the lesson is in reach without scrolling.
  const play = document.querySelector('[data-control=play]');
  if (play) {
    const box = play.getBoundingClientRect();
    if (box.bottom > innerHeight || box.top < 0 || box.right > innerWidth || box.left < 0) faults.push(`Play is out of sight at ${px(box)}`);
  }
  return [...new Set(faults)];
})()
