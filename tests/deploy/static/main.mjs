// All checks of deploy/ in one process, so that the report counts them singly:
//   ARENA_BUILD_DIR=build node --test-reporter=tap main.mjs
import './manifests.test.mjs';
import './image.test.mjs';
import './monitoring.test.mjs';
