#include "common/rpc/read_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace arena::rpc {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.good() && !file.eof()) {
    return absl::FailedPreconditionError(fmt::format("The file {} cannot be read.", path));
  }
  return text;
}

}  // namespace arena::rpc
