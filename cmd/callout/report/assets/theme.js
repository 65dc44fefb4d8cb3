// The theme is set before the first paint: ?theme=dark|light in the address, then the reader's last choice, then the system's.
(() => {
  const root = document.documentElement;
  const names = ["auto", "light", "dark"];
  let theme = new URLSearchParams(location.search).get("theme");
  try { theme ??= localStorage.getItem("callout-theme"); } catch { /* no storage for files in some browsers */ }
  const apply = () => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme; else delete root.dataset.theme;
    const label = document.querySelector("[data-theme-name]");
    if (label) label.textContent = { light: "Light", dark: "Dark" }[theme] ?? "Auto";
  };
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    document.getElementById("theme").addEventListener("click", () => {
      theme = names[(names.indexOf(theme ?? "auto") + 1) % names.length];
      try { localStorage.setItem("callout-theme", theme); } catch { /* as above */ }
      apply();
    });
  });
})();
