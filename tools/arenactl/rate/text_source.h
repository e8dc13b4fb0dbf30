#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace arena::rate {

// A file, plain or gzip, read block by block through a window that its reader moves forward. Memory
// is two blocks, or up to four times the longest row if that is more.
class TextSource {
 public:
  // `path` may be "-" for standard input. NOT_FOUND or PERMISSION_DENIED name the path.
  static absl::StatusOr<std::unique_ptr<TextSource>> Open(const std::string& path);

  // What was read and not yet consumed; valid until ReadMore. 64 bytes behind it can be read, too.
  std::string_view Window() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void Consume(size_t bytes) { begin_ += bytes; }

  // Appends the next block to the window. False at the end of the file. RESOURCE_EXHAUSTED when the
  // window would outgrow the longest row allowed; DATA_LOSS when a gzip file is damaged.
  absl::StatusOr<bool> ReadMore();
  // The same until the window is twice as long, or as long as a row may be: whoever looks for a
  // row's end from its begin again takes time that grows as the row does, not as its square.
  absl::StatusOr<bool> DoubleWindow();

  // Calls `on_block` with Progress() after each block.
  void Observe(std::function<void(double)> on_block) { on_block_ = std::move(on_block); }
  // How far the file has been read, 0 to 1; 0 when its size is not known.
  double Progress() const;

 private:
  struct CloseFile {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };

  TextSource(gzFile file, int64_t file_bytes, std::string name);

  std::unique_ptr<gzFile_s, CloseFile> file_;
  int64_t file_bytes_;
  std::string name_;
  std::vector<char> buffer_;
  std::function<void(double)> on_block_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace arena::rate
