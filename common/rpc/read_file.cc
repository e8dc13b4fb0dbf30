#include "common/rpc/read_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace arena::rpc {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  try {
    // A folder opens and throws when it is read; what cannot be opened is told in the same way.
    std::ifstream file;
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.open(path, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  } catch (const std::ios::failure&) {
    return absl::FailedPreconditionError(fmt::format("The file {} cannot be read.", path));
  }
}

}  // namespace arena::rpc
