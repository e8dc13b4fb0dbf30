#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "tools/arenactl/play/layout.h"

namespace arena::arenactl {

// The terminal, by ncurses: shows frames, reads keys, restores itself. One at a time, one thread.
class Screen {
 public:
  // FAILED_PRECONDITION unless standard input and output are a terminal that ncurses knows.
  static absl::StatusOr<std::unique_ptr<Screen>> Open();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  int width() const;
  int height() const;
  void Show(const Frame& frame);

  // A key, or a character as UTF-8; nothing when none was pressed for a moment (30 ms).
  using Press = std::variant<Key, std::string>;
  std::optional<Press> ReadPress();

 private:
  Screen() = default;
};

}  // namespace arena::arenactl
