#include "tests/support/scratch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

namespace arena::testing {
namespace {

constexpr std::string_view kPrefix = "arena-scratch-";
// A file in a folder that is to stay.
constexpr char kKept[] = "kept";

// Removes the folders that no process holds any more. A lock says so, also to those who share the
// parent from another container, where a process id would mean nothing.
void RemoveAbandoned(const std::string& parent) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    const std::filesystem::path& path = entry.path();
    if (!path.filename().string().starts_with(kPrefix)) continue;
    const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (flock(folder, LOCK_EX | LOCK_NB) == 0 && !std::filesystem::exists(path / kKept, ignored)) {
      std::filesystem::remove_all(path, ignored);
    }
    close(folder);
  }
}

}  // namespace

ScratchFolder::ScratchFolder() : ScratchFolder(std::filesystem::temp_directory_path().string()) {}

ScratchFolder::ScratchFolder(const std::string& parent) {
  RemoveAbandoned(parent);
  do {
    close(lock_);
    path_ = parent + "/" + std::string(kPrefix) + "XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) {
      std::perror(path_.c_str());
      std::abort();
    }
    lock_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY);
    flock(lock_, LOCK_EX);
    // Until it was locked, others could take it for abandoned.
  } while (!std::filesystem::exists(path_));
}

ScratchFolder::~ScratchFolder() {
  std::error_code left;
  if (is_kept_) {
    Write(kKept, "");
  } else {
    std::filesystem::remove_all(path_, left);
  }
  close(lock_);
}

std::string ScratchFolder::Write(const std::string& name, const std::string& text) const {
  const std::string path = PathOf(name);
  WriteFile(path, text);
  return path;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace arena::testing
