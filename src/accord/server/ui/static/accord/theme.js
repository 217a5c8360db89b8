// Sets light or dark before the first paint (this is why it is the one blocking script), and remembers the choice.
(() => {
  const key = "accord-theme";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem(key) || "auto";
    } catch {
      return "auto"; // storage is forbidden: follow the system
    }
  };
  const apply = () => {
    const choice = stored();
    document.documentElement.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", (event) => event.key === key && apply());
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem(key, button.dataset.themeChoice);
    } catch {
      document.documentElement.dataset.bsTheme = button.dataset.themeChoice;
      return;
    }
    apply();
    event.stopPropagation();
  });
})();
