// One route in focus, tooltips, days, theme and printing. The map is in map.js.
"use strict";
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const tip = $("#tip");
const page = { chosen: null, day: 0, onFocus: [], onDay: [] };

// Focus marks everything that belongs to a route; null: nothing.
page.focus = (route) => {
  if (page.focused === route) return;
  page.focused = route;
  for (const el of $$(".rt.on")) el.classList.remove("on");
  for (const el of route === null ? [] : $$(`.rt[data-r="${route}"]`)) el.classList.add("on");
  document.body.classList.toggle("focus", route !== null);
  for (const f of page.onFocus) f(route);
};

// Choose keeps a route in focus until another is chosen.
page.choose = (route) => {
  page.chosen = page.chosen === route ? null : route;
  for (const b of $$("[data-pick]")) b.setAttribute("aria-pressed", b.dataset.pick === page.chosen);
  page.focus(page.chosen);
  const card = page.chosen === null ? null : $(`#route-${page.chosen}`);
  $("#chosen").hidden = !card;
  if (!card) return;
  card.open = true;
  $("#chosen b").textContent = $(".card-who", card).textContent;
  $("#chosen a").href = `#${card.id}`;
};

// The first line of a tip is its title.
function showTip(el, x, y) {
  tip.replaceChildren(...el.dataset.tip.split("\n").map((text, k) => {
    const line = document.createElement(k ? "span" : "b");
    line.textContent = text;
    return line;
  }));
  tip.hidden = false;
  const box = el.getBoundingClientRect();
  x ??= box.left + box.width / 2;
  y ??= box.bottom;
  const left = Math.max(8, Math.min(x + 12, innerWidth - tip.offsetWidth - 8));
  const below = y + 14 + tip.offsetHeight < innerHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? y + 14 : Math.max(8, y - tip.offsetHeight - 12)}px`;
}

// Aim shows where a stop stands in the chart, and its promised slots.
function aim(route, stop) {
  for (const el of $$(".aim")) el.classList.remove("aim");
  if (!stop) return;
  for (const el of $$(`.row[data-r="${route}"] :is([data-stop="${stop}"], [data-slot="${stop}"])`)) el.classList.add("aim");
}

function hideTip() {
  tip.hidden = true;
  aim();
}

document.addEventListener("pointermove", (e) => {
  if (e.pointerType === "touch") return;
  const route = e.target.closest?.("[data-r]");
  page.focus(route && !route.classList.contains("idle") && !route.closest(".plan") ? route.dataset.r : page.chosen);
  const el = e.target.closest?.("[data-tip]");
  if (!el) return hideTip();
  showTip(el, e.clientX, e.clientY);
  aim(route?.dataset.r, el.dataset.stop);
});
document.addEventListener("pointerleave", () => { hideTip(); page.focus(page.chosen); });

document.addEventListener("click", (e) => {
  const pick = e.target.closest("[data-pick]");
  if (pick) return page.choose(pick.dataset.pick);
  const el = e.target.closest("[data-tip]");
  const route = el?.closest("[data-r]");
  if (route && page.chosen !== route.dataset.r) page.choose(route.dataset.r);
  if (el) { showTip(el, e.clientX, e.clientY); aim(route?.dataset.r, el.dataset.stop); } else hideTip();
});
addEventListener("scroll", hideTip, { passive: true });
$("#chosen button")?.addEventListener("click", () => page.choose(page.chosen));
$("#chosen a")?.addEventListener("click", () => { $(`#route-${page.chosen}`).open = true; });

// From a technician's name the arrow keys walk the rows and the bars of a row.
let step = -1;
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape") { hideTip(); if (page.chosen !== null) page.choose(page.chosen); return; }
  const who = e.target.closest?.(".who");
  if (!who) return;
  const rows = $$(".who:not(:disabled)").filter((b) => b.offsetParent);
  const bars = $$(".bar", who.parentElement);
  const to = { ArrowUp: -1, ArrowDown: 1 }[e.key];
  const by = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (to) rows[(rows.indexOf(who) + to + rows.length) % rows.length].focus();
  if (by) {
    step = Math.max(0, Math.min(bars.length - 1, step + by));
    bars[step].scrollIntoView({ block: "nearest", inline: "nearest" });
    showTip(bars[step]);
    aim(who.dataset.pick, bars[step].dataset.stop);
    $("#say").textContent = bars[step].dataset.tip.replaceAll("\n", ", ");
  }
  if (to || by) e.preventDefault();
});
document.addEventListener("focusin", (e) => {
  const who = e.target.closest?.(".who");
  step = -1;
  if (who?.matches(":focus-visible")) page.focus(who.dataset.pick);
});

// Days.
page.show = (day) => {
  page.day = day;
  for (const b of $$("[data-day-tab]")) b.setAttribute("aria-pressed", Number(b.dataset.dayTab) === day);
  for (const el of $$("[data-day]")) el.classList.toggle("other-day", Number(el.dataset.day) !== day);
  for (const f of page.onDay) f(day);
};
for (const b of $$("[data-day-tab]")) {
  b.addEventListener("click", () => {
    if (page.chosen !== null) page.choose(page.chosen);
    page.show(Number(b.dataset.dayTab));
  });
}

// Cards, and paper, which has room for all of them.
const cards = $$(".card");
const unfold = $("#unfold");
unfold.addEventListener("click", () => {
  const open = unfold.getAttribute("aria-expanded") !== "true";
  unfold.setAttribute("aria-expanded", open);
  unfold.textContent = open ? "Close all" : "Open all";
  for (const c of cards) c.open = open;
});
let opened = [];
addEventListener("beforeprint", () => { opened = cards.filter((c) => c.open); for (const c of cards) c.open = true; });
addEventListener("afterprint", () => { for (const c of cards) c.open = opened.includes(c); });
$("#print").addEventListener("click", () => print());
page.focused = null;
