// The little the console needs beyond HTML: htmx, the search shortcut, menus, dialogs, no double posts.
import "../generated/htmx.js";

const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
const isTyping = (el) => el.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
  const ctrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const box = document.querySelector("[data-search-box]");
  if ((slash || ctrlK) && box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = closest(event, "[data-opens]");
  const sheet = opener && document.getElementById(opener.dataset.opens);
  if (sheet) {
    event.preventDefault(); // a link leads to the form's own page where there is no sheet
    sheet.showModal();
  }
  if (closest(event, "[data-closes]")) closest(event, "dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // a click on the backdrop
  if (closest(event, "[data-dismisses]")) closest(event, "[data-flash]")?.remove();
});

// A form posts once: a second click while the answer is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.hasAttribute("aria-busy")) event.preventDefault();
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

document.addEventListener("change", (event) => {
  const field = closest(event, "[data-submits]");
  if (field) field.form.requestSubmit();
});
