// Sets theme and language before the first paint; a separate file because the page allows no inline script.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("colophon.theme");
    var language = localStorage.getItem("colophon.language");
  } catch {
    // Storage is switched off: the system's theme and the browser's language apply.
  }
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  root.lang = language || (navigator.language.toLowerCase().indexOf("zh") === 0 ? "zh-CN" : "en");
})();
