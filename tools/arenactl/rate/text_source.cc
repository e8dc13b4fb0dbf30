#include "tools/arenactl/rate/text_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/base/status_macros.h"

namespace arena::rate {
namespace {

// A block fits the processor's cache; zlib reads plain files straight into it, because it is larger
// than twice zlib's own buffer.
constexpr size_t kBlockBytes = 128 * 1024;
constexpr unsigned kZlibBytes = 32 * 1024;
// Readers may look this far beyond the window.
constexpr size_t kSlackBytes = 64;
// A battle with its whole conversation stands in one row of some published sets.
constexpr size_t kLongestRowBytes = 256 * 1024 * 1024;

absl::Status CannotOpen(const std::string& path, int error) {
  const std::string message = fmt::format("cannot read {}: {}", path, std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == EACCES) return absl::PermissionDeniedError(message);
  return absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TextSource>> TextSource::Open(const std::string& path) {
  const int descriptor = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return CannotOpen(path, errno);
  struct stat facts {};
  if (fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    close(descriptor);
    return CannotOpen(path, EISDIR);
  }
  const gzFile file = gzdopen(descriptor, "rb");
  if (file == nullptr) {
    close(descriptor);
    return CannotOpen(path, ENOMEM);
  }
  gzbuffer(file, kZlibBytes);
  const int64_t bytes = S_ISREG(facts.st_mode) ? facts.st_size : 0;
  return std::unique_ptr<TextSource>(new TextSource(file, bytes, path));
}

TextSource::TextSource(gzFile file, int64_t file_bytes, std::string name)
    : file_(file),
      file_bytes_(file_bytes),
      name_(std::move(name)),
      buffer_(2 * kBlockBytes + kSlackBytes) {}

absl::StatusOr<bool> TextSource::ReadMore() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ >= kLongestRowBytes) {
    return absl::ResourceExhaustedError(
        fmt::format("{}: a row is longer than {} bytes", name_, kLongestRowBytes));
  }
  if (end_ + kBlockBytes + kSlackBytes > buffer_.size()) buffer_.resize(2 * buffer_.size());
  const int count = gzread(file_.get(), buffer_.data() + end_, kBlockBytes);
  int error = Z_OK;
  const char* message = gzerror(file_.get(), &error);
  if (count < 0 || (error != Z_OK && error != Z_STREAM_END)) {
    return absl::DataLossError(fmt::format("{}: {}", name_, message));
  }
  end_ += static_cast<size_t>(count);
  if (on_block_) on_block_(Progress());
  return count > 0;
}

absl::StatusOr<bool> TextSource::DoubleWindow() {
  const size_t enough = std::min(2 * Window().size(), kLongestRowBytes);
  bool has_more = true;
  do {
    ARENA_ASSIGN_OR_RETURN(has_more, ReadMore());
  } while (has_more && Window().size() < enough);
  return has_more;
}

double TextSource::Progress() const {
  if (file_bytes_ == 0) return 0.0;
  return static_cast<double>(gzoffset(file_.get())) / static_cast<double>(file_bytes_);
}

}  // namespace arena::rate
