#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/arenactl/play/game.h"

namespace arena::arenactl {

// A screen as rows of text, top first; no row is wider than the terminal.
struct Frame {
  struct Row {
    std::string text;
    bool is_strong = false;
  };
  std::vector<Row> rows;
  // Where the cursor stands while the user types; -1 when it is hidden.
  int cursor_row = -1;
  int cursor_column = 0;
};

// Below this many cells the two columns are stacked.
inline constexpr int kNarrowWidth = 60;

// Lays a game out on a terminal of `width` by `height` cells. Long replies show their end.
Frame LayOut(const Game& game, int width, int height);

// Breaks a UTF-8 text into lines of at most `width` cells, at spaces where there are any.
std::vector<std::string> Wrap(std::string_view text, int width);

// Cells that a UTF-8 text takes on a terminal; needs the locale to be set.
int CellWidth(std::string_view text);

}  // namespace arena::arenactl
