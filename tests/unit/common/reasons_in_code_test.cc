#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "common/rpc/grpc_status.h"

namespace arena {
namespace {

// The reasons that `text` gives to MakeError as a literal: the first one after each call's name
// that stands before the call's second comma.
void CollectReasons(const std::string& text, std::set<std::string>& reasons) {
  constexpr std::string_view kCall = "MakeError(";
  for (size_t at = text.find(kCall); at != std::string::npos; at = text.find(kCall, at + 1)) {
    const size_t first_comma = text.find(',', at);
    const size_t begin = text.find_first_not_of(" \n", first_comma + 1);
    if (first_comma == std::string::npos || begin == std::string::npos) continue;
    if (text[begin] != '"') continue;
    reasons.insert(text.substr(begin + 1, text.find('"', begin + 1) - begin - 1));
  }
}

// Every reason in the code of our folders.
std::set<std::string> ReasonsInCode() {
  std::set<std::string> reasons;
  for (const char* folder : {"common", "services", "tools"}) {
    const std::filesystem::path root = std::filesystem::path(ARENA_SOURCE_DIR) / folder;
    for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
      if (file.path().extension() != ".cc" && file.path().extension() != ".h") continue;
      std::ifstream stream(file.path());
      CollectReasons({std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()},
                     reasons);
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
