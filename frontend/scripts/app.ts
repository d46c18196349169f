/* What every page runs, in the order it is wanted. Each part looks for its own attributes and does nothing without. */
import { startDrafts } from "./drafts";
import { startFinding } from "./finding";
import { startKeyboard } from "./keyboard";
import { startLive } from "./live";
import { startMenus } from "./menus";
import { startReading } from "./reading";
import { startRequests } from "./requests";
import { startTalking } from "./talking";
import { startThread } from "./thread";
import { startThemeToggle } from "./theme_toggle";

startRequests();
startMenus();
startThemeToggle();
startKeyboard();
startDrafts();
startFinding();
startLive();
startReading();
startTalking();
startThread();
