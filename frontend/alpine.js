// Alpine, the build that needs no eval; fetched by pages that hold an x-data.
import Alpine from "@alpinejs/csp";

window.Alpine = Alpine;
Alpine.start();
