import "@fontsource-variable/inter";
import "@tabler/core/dist/css/tabler.css";
