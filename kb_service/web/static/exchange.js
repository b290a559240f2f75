// An import that is not finished goes on by itself; without this file its button is pressed.
const form = document.querySelector("form[data-goes-on]");
if (form) setTimeout(() => form.requestSubmit(form.querySelector("button")), 300);
