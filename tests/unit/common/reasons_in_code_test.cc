#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "common/rpc/grpc_status.h"

namespace arena {
namespace {

// Every reason that the code of our folders gives to MakeError.
std::set<std::string> ReasonsInCode() {
  const std::regex call("MakeError\\(\\s*absl::StatusCode::\\w+,\\s*\"([A-Z_]+)\"");
  std::set<std::string> reasons;
  for (const char* folder : {"common", "services", "tools"}) {
    const std::filesystem::path root = std::filesystem::path(ARENA_SOURCE_DIR) / folder;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
      if (file.path().extension() != ".cc" && file.path().extension() != ".h") continue;
      std::ifstream stream(file.path());
      const std::string text{std::istreambuf_iterator<char>(stream),
                             std::istreambuf_iterator<char>()};
      for (std::sregex_iterator match(text.begin(), text.end(), call), end; match != end; ++match) {
        reasons.insert((*match)[1]);
      }
    }
  }
  return reasons;
}

TEST(ReasonsInCodeTest, EveryReasonIsAConstantOfTheProto) {
  const std::set<std::string> reasons = ReasonsInCode();
  EXPECT_TRUE(reasons.contains("BATTLE_NOT_FOUND")) << "the search finds nothing";
  for (const std::string& reason : reasons) EXPECT_TRUE(rpc::IsKnownReason(reason)) << reason;
  EXPECT_FALSE(rpc::IsKnownReason("UNSPECIFIED"));
  EXPECT_FALSE(rpc::IsKnownReason("NO_SUCH_REASON"));
}

}  // namespace
}  // namespace arena
