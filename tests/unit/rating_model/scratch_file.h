#pragma once

#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace arena::rate {

// A file that is gone when the test ends.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content, bool is_compressed = false) {
    static int count = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("arena_readers_" + std::to_string(getpid()) + "_" + std::to_string(count++)))
                .string();
    if (is_compressed) {
      const gzFile file = gzopen(path_.c_str(), "wb");
      gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
      gzclose(file);
    } else {
      std::ofstream(path_, std::ios::binary) << content;
    }
  }
  ~ScratchFile() { std::filesystem::remove(path_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace arena::rate
