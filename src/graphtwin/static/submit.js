// response_mode=form_post: the page carries the answer back to the application by itself.
"use strict";

document.querySelector("[data-submit-now]").submit();
