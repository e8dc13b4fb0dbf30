#include "tools/demo-models/core/fault.h"

#include <gtest/gtest.h>

#include "tools/demo-models/core/fault_book.h"

namespace arena::demo {
namespace {

TEST(ParseFaultTest, ReadsEveryDescribedKindWithItsDefault) {
  for (const FaultDescription& description : FaultDescriptions()) {
    const auto fault = ParseFault(description.name);
    ASSERT_TRUE(fault.has_value()) << description.name;
    EXPECT_EQ(fault->kind, description.kind);
    EXPECT_EQ(fault->amount, description.default_amount);
  }
}

TEST(ParseFaultTest, ReadsAmounts) {
  const auto fault = ParseFault("stall-after=7");
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->kind, FaultKind::kStallAfter);
  EXPECT_EQ(fault->amount, 7);
}

TEST(ParseFaultTest, RefusesWhatItDoesNotKnow) {
  for (const char* text :
       {"", "stall", "stall-after=", "stall-after=-1", "stall-after=3x", "http=200", "http=600",
        "fragment=0", "no-done=1", "stall-after=3,no-done"}) {
    EXPECT_FALSE(ParseFault(text).has_value()) << text;
  }
}

TEST(FaultBookTest, StrikesAsOftenAsArmedAndThatModelOnly) {
  FaultBook book;
  book.Arm("one", {FaultKind::kEmpty}, 2);
  EXPECT_FALSE(book.Take("other").has_value());
  EXPECT_TRUE(book.Take("one").has_value());
  EXPECT_TRUE(book.Take("one").has_value());
  EXPECT_FALSE(book.Take("one").has_value());
}

TEST(FaultBookTest, ZeroTimesDisarms) {
  FaultBook book;
  book.Arm("one", {FaultKind::kEmpty}, 2);
  book.Arm("one", {FaultKind::kEmpty}, 0);
  EXPECT_FALSE(book.Take("one").has_value());
}

TEST(FaultBookTest, ClearDisarmsAll) {
  FaultBook book;
  book.Arm("one", {FaultKind::kEmpty}, 2);
  book.Clear();
  EXPECT_FALSE(book.Take("one").has_value());
}

}  // namespace
}  // namespace arena::demo
