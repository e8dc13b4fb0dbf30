#include "tools/arenactl/play/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cwchar>

namespace arena::arenactl {
namespace {

constexpr char kSeparator[] = " │ ";
constexpr int kSeparatorWidth = 3;

// The character at the front of a valid UTF-8 text: its bytes and its cells.
struct Character {
  std::string_view bytes;
  int cells;
};

Character FirstCharacter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const std::string_view bytes = text.substr(0, size);
  wchar_t wide = 0;
  std::mbstate_t state{};
  const size_t read = std::mbrtowc(&wide, bytes.data(), bytes.size(), &state);
  if (read == 0 || read > bytes.size()) return {bytes, 1};
  return {bytes, std::max(wcwidth(wide), 0)};
}

// Control characters would move the cursor; a model may send any.
std::string Printable(std::string_view text) {
  std::string printable;
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (!is_control || c == '\n') printable.push_back(c);
    if (c == '\t') printable += "  ";
  }
  return printable;
}

void WrapLine(std::string_view line, int width, std::vector<std::string>& lines) {
  std::string current;
  int cells = 0;
  size_t last_space = std::string::npos;  // in `current`
  while (!line.empty()) {
    const Character next = FirstCharacter(line);
    if (cells + next.cells > width) {
      // A word that fits nowhere is cut; a space at the break is dropped.
      std::string rest;
      if (next.bytes != " " && last_space != std::string::npos) {
        rest = current.substr(last_space + 1);
        current.resize(last_space);
      }
      lines.push_back(std::move(current));
      current = std::move(rest);
      cells = CellWidth(current);
      last_space = std::string::npos;
      if (next.bytes == " ") line.remove_prefix(1);
      continue;  // what was moved down may leave no room for a wide character either
    }
    if (next.bytes == " ") last_space = current.size();
    current += next.bytes;
    cells += next.cells;
    line.remove_prefix(next.bytes.size());
  }
  lines.push_back(std::move(current));
}

std::string Cut(std::string_view text, int width) {
  std::string kept;
  int cells = 0;
  while (!text.empty()) {
    const Character next = FirstCharacter(text);
    if (cells + next.cells > width) break;
    kept += next.bytes;
    cells += next.cells;
    text.remove_prefix(next.bytes.size());
  }
  return kept;
}

std::string Padded(const std::string& text, int width) {
  return text + std::string(static_cast<size_t>(std::max(0, width - CellWidth(text))), ' ');
}

// Title and the end of the text: exactly `height` lines of at most `width` cells.
std::vector<std::string> Block(const Column& column, std::string_view title, int width,
                               int height) {
  std::vector<std::string> lines = Wrap(column.text, width);
  if (!column.note.empty()) lines.push_back(Cut(fmt::format("({})", column.note), width));
  const auto room = static_cast<size_t>(std::max(0, height - 1));
  if (lines.size() > room) lines.erase(lines.begin(), lines.end() - static_cast<long>(room));
  lines.insert(lines.begin(), Cut(column.name.empty() ? std::string(title)
                                                      : fmt::format("{}: {}", title, column.name),
                                  width));
  lines.resize(static_cast<size_t>(std::max(1, height)));
  return lines;
}

void AddSideBySide(const Game& game, int width, int height, Frame& frame) {
  const int each = (width - kSeparatorWidth) / 2;
  const auto left = Block(game.columns()[0], "Left", each, height);
  const auto right = Block(game.columns()[1], "Right", each, height);
  for (size_t i = 0; i < left.size(); ++i) {
    frame.rows.push_back({Padded(left[i], each) + kSeparator + right[i], i == 0});
  }
}

void AddStacked(const Game& game, int width, int height, Frame& frame) {
  const int upper = height / 2;
  for (const auto& [column, title, rows] :
       {std::tuple(&game.columns()[0], "Left", upper),
        std::tuple(&game.columns()[1], "Right", height - upper)}) {
    const auto lines = Block(*column, title, width, rows);
    for (size_t i = 0; i < lines.size(); ++i) frame.rows.push_back({lines[i], i == 0});
  }
}

}  // namespace

int CellWidth(std::string_view text) {
  int cells = 0;
  while (!text.empty()) {
    const Character next = FirstCharacter(text);
    cells += next.cells;
    text.remove_prefix(next.bytes.size());
  }
  return cells;
}

std::vector<std::string> Wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  const std::string printable = Printable(text);
  if (printable.empty()) return lines;
  std::string_view rest = printable;
  while (true) {
    const size_t end = rest.find('\n');
    WrapLine(rest.substr(0, end), std::max(width, 2), lines);
    if (end == std::string_view::npos) return lines;
    rest.remove_prefix(end + 1);
  }
}

Frame LayOut(const Game& game, int width, int height) {
  Frame frame;
  frame.rows.push_back({Cut(fmt::format("Arena, battle {}", game.battle_number()), width), true});
  if (!game.prompt().empty()) {
    frame.rows.push_back({Cut(fmt::format("You: {}", Printable(game.prompt())), width)});
  }
  std::vector<std::string> below = Wrap(game.Help(), width);
  if (game.phase() == Phase::kPrompt) {
    // The end of what is typed stays in view.
    std::vector<std::string> typed = Wrap(fmt::format("> {}", game.typed()), width - 1);
    below.push_back(typed.back());
  }
  const int room =
      std::max(2, height - static_cast<int>(frame.rows.size()) - static_cast<int>(below.size()));
  if (width < kNarrowWidth) {
    AddStacked(game, width, room, frame);
  } else {
    AddSideBySide(game, width, room, frame);
  }
  for (const std::string& line : below) frame.rows.push_back({line});
  if (game.phase() == Phase::kPrompt) {
    frame.cursor_row = static_cast<int>(frame.rows.size()) - 1;
    frame.cursor_column = CellWidth(below.back());
  }
  return frame;
}

}  // namespace arena::arenactl
