#include "tools/arenactl/play/screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <unistd.h>

#include <climits>
#include <clocale>
#include <cwchar>
#include <memory>

namespace arena::arenactl {
namespace {

constexpr int kReadMillis = 30;
constexpr wint_t kControlC = 3;
constexpr wint_t kControlD = 4;
constexpr wint_t kDelete = 127;

std::string ToUtf8(wint_t character) {
  char bytes[MB_LEN_MAX];
  std::mbstate_t state{};
  const size_t size = std::wcrtomb(bytes, static_cast<wchar_t>(character), &state);
  return size == static_cast<size_t>(-1) ? "" : std::string(bytes, size);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Screen>> Screen::Open() {
  std::setlocale(LC_ALL, "");
  // The replies are UTF-8, whatever the user's locale says.
  if (MB_CUR_MAX == 1) std::setlocale(LC_ALL, "C.UTF-8");
  const bool is_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  SCREEN* terminal = is_terminal ? newterm(nullptr, stdout, stdin) : nullptr;
  if (terminal == nullptr) {
    return absl::FailedPreconditionError(
        "playing needs a terminal; for scripts there is 'arenactl simulate'");
  }
  set_term(terminal);
  raw();  // Ctrl-C is a key like others, so that the call under way is ended in order
  noecho();
  keypad(stdscr, TRUE);
  timeout(kReadMillis);
  set_escdelay(25);
  return std::unique_ptr<Screen>(new Screen());
}

Screen::~Screen() { endwin(); }

int Screen::width() const { return getmaxx(stdscr); }
int Screen::height() const { return getmaxy(stdscr); }

void Screen::Show(const Frame& frame) {
  erase();
  int row = 0;
  for (const Frame::Row& each : frame.rows) {
    if (each.is_strong) attron(A_BOLD);
    mvaddstr(row++, 0, each.text.c_str());
    if (each.is_strong) attroff(A_BOLD);
  }
  curs_set(frame.cursor_row >= 0 ? 1 : 0);
  if (frame.cursor_row >= 0) move(frame.cursor_row, frame.cursor_column);
  refresh();
}

std::optional<Screen::Press> Screen::ReadPress() {
  wint_t character = 0;
  const int kind = get_wch(&character);
  if (kind == ERR) return std::nullopt;
  if (kind == KEY_CODE_YES) {
    if (character == KEY_BACKSPACE) return Key::kBackspace;
    if (character == KEY_ENTER) return Key::kEnter;
    return std::nullopt;  // KEY_RESIZE among them: the next frame has the new size
  }
  if (character == kControlC || character == kControlD) return Key::kInterrupt;
  if (character == L'\n' || character == L'\r') return Key::kEnter;
  if (character == kDelete || character == L'\b') return Key::kBackspace;
  if (character < L' ') return std::nullopt;
  return ToUtf8(character);
}

}  // namespace arena::arenactl
