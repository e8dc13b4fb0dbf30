#include "tests/support/scratch_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>

namespace arena::testing {
namespace {

class ScratchFolderTest : public ::testing::Test {
 protected:
  std::ptrdiff_t Folders() {
    return std::distance(std::filesystem::directory_iterator(parent_.path()),
                         std::filesystem::directory_iterator());
  }

  const ScratchFolder parent_;
};

TEST_F(ScratchFolderTest, WhatAKilledProcessLeftGoesAndWhatIsHeldStays) {
  const pid_t process = fork();
  if (process == 0) {
    const ScratchFolder left(parent_.path());
    raise(SIGKILL);
  }
  waitpid(process, nullptr, 0);
  EXPECT_EQ(Folders(), 1);
  const ScratchFolder first(parent_.path());
  EXPECT_EQ(Folders(), 1);
  const ScratchFolder second(parent_.path());
  EXPECT_EQ(Folders(), 2);
  EXPECT_TRUE(std::filesystem::exists(first.path()));
}

TEST_F(ScratchFolderTest, AFolderThatWasKeptStays) {
  ScratchFolder(parent_.path()).Keep();
  const ScratchFolder next(parent_.path());
  EXPECT_EQ(Folders(), 2);
}

}  // namespace
}  // namespace arena::testing
