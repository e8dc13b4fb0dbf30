#pragma once

#include <string>

namespace arena::testing {

// A folder for what a test writes. It goes with this object, unless it was kept; what a process
// leaves that a signal has ended goes when the next folder is made beside it. For one thread.
class ScratchFolder {
 public:
  // Below the system's folder for temporary files, or below `parent`. Ends the process when no
  // folder can be made.
  ScratchFolder();
  explicit ScratchFolder(const std::string& parent);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string PathOf(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file of this folder; its path.
  std::string Write(const std::string& name, const std::string& text) const;
  // Leaves the folder to whoever wants to see why a test failed.
  void Keep() { is_kept_ = true; }

 private:
  std::string path_;
  // A descriptor of the folder, locked: by this process and by those that it starts, so that the
  // lock goes with the last of them.
  int lock_ = -1;
  bool is_kept_ = false;
};

// The whole of a file; empty when there is none.
std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, const std::string& text);

}  // namespace arena::testing
