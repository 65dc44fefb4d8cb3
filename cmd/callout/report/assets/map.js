// The map: zoom, drag, degrees at its edge, the scale, and as many stop numbers as fit without covering each other.
(() => {
  const svg = $("#map");
  if (!svg) { page.show(0); return; }
  const whole = { x: 0, y: 0, w: Number(svg.dataset.w), h: Number(svg.dataset.h) };
  const frame = svg.parentElement;
  const spot = (el) => {
    const [x, y] = el.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    return { el, x, y };
  };
  const outs = $$(".outs .mk", svg).map(spot);
  const nodes = $$(".nodes .mk", svg).map((el) => ({ ...spot(el), name: $(".name", el) }));
  const stops = $$(".stop", svg).map((el) => ({ ...spot(el), route: el.dataset.r }));
  let view = { ...whole };
  let size = 1;

  // Pixels per unit, and where the view's corner lies in the frame: the view is fitted into the frame and centred.
  function fit() {
    const px = Math.min(frame.clientWidth / view.w, frame.clientHeight / view.h);
    return { px, left: (frame.clientWidth - view.w * px) / 2 - view.x * px, top: (frame.clientHeight - view.h * px) / 2 - view.y * px };
  }

  function draw() {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    const { px, left, top } = fit();
    size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 15; // marks grow with the text
    svg.style.setProperty("--k", size / px);
    edge(".lon", "left", (el) => el.dataset.x * px + left, frame.clientWidth, 68 * size);
    edge(".lat", "top", (el) => el.dataset.y * px + top, frame.clientHeight - 24, 40 * size);
    ruler(px);
    number(px / size);
  }

  // Degrees stand at an edge of the frame, where they have room.
  function edge(names, side, at, end, room) {
    let last = -Infinity;
    for (const el of $$(names, frame).sort((a, b) => at(a) - at(b))) {
      el.style[side] = `${at(el)}px`;
      el.hidden = at(el) < 24 || at(el) > end - 24 || at(el) - last < room;
      if (!el.hidden) last = at(el);
    }
  }

  // The scale is a round length that takes about a fifth of the frame.
  function ruler(px) {
    const el = $(".scale", frame);
    const perKm = el.dataset.km * px;
    const room = Math.max(56, frame.clientWidth / 6) / perKm;
    const power = 10 ** Math.floor(Math.log10(room));
    const km = [5, 2, 1].map((f) => f * power).find((l) => l <= room) ?? power;
    $("i", el).style.width = `${km * perKm}px`;
    $("span", el).textContent = km < 1 ? `${Math.round(km * 1000)} m` : `${km} km`;
  }

  // A stop has its number if that covers no other stop; those of the route in focus come first.
  function number(px) {
    const shown = stops.filter((s) => !s.el.classList.contains("other-day"));
    const focused = shown.filter((s) => s.route === page.focused);
    const taken = [];
    const near = (a, b, d) => Math.hypot(a.x - b.x, a.y - b.y) * px < d;
    const labels = nodes.map((n) => label(n, px, shown));
    const under = (s) => labels.some((l) => Math.abs(s.x - l.x) < l.w && Math.abs(s.y - l.y) < l.h);
    for (const s of [...focused, ...shown.filter((s) => s.route !== page.focused)]) {
      const own = s.route === page.focused;
      const free = !taken.some((t) => near(s, t, 17)) && (own ||
        !shown.some((t) => t !== s && near(s, t, 12)) && ![...outs, ...nodes].some((t) => near(s, t, 15)) && !under(s));
      s.el.classList.toggle("full", free);
      if (free) taken.push(s);
    }
    for (const s of focused) s.el.parentElement.append(s.el);
  }

  // The name of a node goes above, below or beside it, where it covers least; it is left out if it had to cover a job left out.
  function label(node, px, marks) {
    const w = (3.2 * node.name.textContent.length + 10) / px;
    const h = 15 / px;
    const [dx, dy] = [w + 4 / px, 15 / px];
    const { left, top } = fit();
    const outside = (at) => (at.x - w) * px * size + left < 0 || (at.x + w) * px * size + left > frame.clientWidth ||
      (at.y - h) * px * size + top < 0 || (at.y + h) * px * size + top > frame.clientHeight;
    const covered = (at) => marks.filter((m) => Math.abs(m.x - at.x) < w && Math.abs(m.y - at.y) < h).length +
      20 * outs.filter((m) => Math.abs(m.x - at.x) < w + 8 / px && Math.abs(m.y - at.y) < h).length + (outside(at) ? 100 : 0);
    const places = [[0, -dy], [0, dy], [dx, 0], [-dx, 0]].map(([x, y]) => ({ x: node.x + x, y: node.y + y, w, h }));
    const best = places.reduce((a, b) => (covered(b) < covered(a) ? b : a));
    node.name.style.display = covered(best) < 20 ? "" : "none";
    node.name.setAttribute("x", (best.x - node.x) * px);
    node.name.setAttribute("y", (best.y - node.y) * px);
    return best;
  }

  // Zoom by a factor about a point of the frame, in pixels.
  function zoom(factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
    const { px, left, top } = fit();
    const at = { x: (x - left) / px, y: (y - top) / px };
    const w = Math.max(whole.w / 24, Math.min(whole.w, view.w / factor));
    const by = w / view.w;
    view = { x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by, w, h: view.h * by };
    draw();
  }

  for (const b of $$("[data-zoom]")) {
    b.addEventListener("click", () => {
      const factor = Number(b.dataset.zoom);
      if (factor) zoom(factor); else { view = { ...whole }; draw(); }
    });
  }
  // Scrolling the page stays scrolling; with Ctrl or a pinch it zooms.
  svg.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && !e.metaKey) return;
    e.preventDefault();
    zoom(Math.exp(-e.deltaY / 200), e.offsetX, e.offsetY);
  }, { passive: false });
  svg.addEventListener("dblclick", (e) => zoom(2, e.offsetX, e.offsetY));

  const fingers = new Map();
  let moved = 0;
  svg.addEventListener("pointerdown", (e) => { fingers.set(e.pointerId, e); moved = 0; });
  addEventListener("pointermove", (e) => {
    const last = fingers.get(e.pointerId);
    if (!last) return;
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      const still = a.pointerId === e.pointerId ? b : a;
      const box = svg.getBoundingClientRect();
      const gap = (p) => Math.hypot(p.clientX - still.clientX, p.clientY - still.clientY);
      zoom(gap(e) / Math.max(1, gap(last)), (e.clientX + still.clientX) / 2 - box.left, (e.clientY + still.clientY) / 2 - box.top);
    } else if (e.pointerType !== "touch" || view.w < whole.w) {
      moved += Math.abs(e.clientX - last.clientX) + Math.abs(e.clientY - last.clientY);
      if (moved > 4) {
        const { px } = fit();
        svg.classList.add("drag");
        view.x -= (e.clientX - last.clientX) / px;
        view.y -= (e.clientY - last.clientY) / px;
        draw();
      }
    }
    fingers.set(e.pointerId, e);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, (e) => { fingers.delete(e.pointerId); svg.classList.remove("drag"); });
  }
  // A drag ends with a click that nobody meant.
  svg.addEventListener("click", (e) => { if (moved > 4) e.stopPropagation(); });

  page.onFocus.push(() => number(fit().px / size));
  page.onDay.push(draw);
  new ResizeObserver(draw).observe(frame);
  page.show(0);
})();
