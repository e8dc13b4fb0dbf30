#include "tools/arenactl/command.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"

namespace arena::arenactl {
namespace {

// Messages of libraries come with line breaks.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t';
    if (!is_space) line += c;
    if (is_space && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

}  // namespace

void OnRun(CLI::App& command, std::function<absl::Status()> action) {
  OnRunWithCode(command, [action = std::move(action)]() -> absl::StatusOr<int> {
    const absl::Status status = action();
    if (!status.ok()) return status;
    return 0;
  });
}

void OnRunWithCode(CLI::App& command, std::function<absl::StatusOr<int>()> action) {
  command.callback([action = std::move(action)] {
    const absl::StatusOr<int> code = action();
    std::cout.flush();
    if (code.ok() && *code == 0) return;
    if (code.ok()) throw CLI::RuntimeError(*code);
    fmt::print(stderr, "arenactl: {}\n", OneLine(std::string(code.status().message())));
    throw CLI::RuntimeError(1);
  });
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  if (std::filesystem::is_directory(path)) {
    return absl::NotFoundError(fmt::format("{} is a folder: give the path of a file.", path));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) {
    return absl::NotFoundError(
        fmt::format("{} cannot be read ({}): give the path of a readable file, or - for standard "
                    "input.",
                    path, std::strerror(errno)));
  }
  return text;
}

}  // namespace arena::arenactl
