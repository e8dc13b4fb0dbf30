// What a client sees of a turn does not depend on which of the two models was registered first.
#include <cmath>
#include <string>
#include <vector>

#include "tests/integration/model_gateway/gateway_test.h"

namespace arena::model_gateway {
namespace {

// Of one turn, without its texts.
struct Shape {
  bool is_left_first = false;
  bool ends_left_first = false;
  std::map<v1::Side, int64_t> sequence;
};

class GatewayOrderTest : public GatewayTest {
 protected:
  GatewayOrderTest() {
    older_ = AddModel("juniper-large");
    newer_ = AddModel("juniper-large");  // says the same
  }

  Shape Watch(const BattleId& battle) {
    ReplyCall call(stub(), Ask(battle));
    Shape shape;
    EXPECT_TRUE(call.ReadNext());
    shape.is_left_first = call.transcript().sequence.contains(v1::SIDE_LEFT);
    while (call.transcript().end.empty() && call.ReadNext()) {
    }
    shape.ends_left_first = call.transcript().end.contains(v1::SIDE_LEFT);
    const Transcript& said = call.ReadAll();
    EXPECT_TRUE(said.status.ok()) << said.status;
    EXPECT_EQ(said.text.at(v1::SIDE_LEFT), said.text.at(v1::SIDE_RIGHT));
    shape.sequence = said.sequence;
    return shape;
  }

  int older_ = 0;
  int newer_ = 0;
};

TEST_F(GatewayOrderTest, NeitherWhoBeginsNorWhoEndsFollowsTheRegistration) {
  constexpr int kTurns = 150;
  int begins_left[2] = {}, ends_left[2] = {};
  for (int i = 0; i < kTurns; ++i) {
    for (const int is_swapped : {0, 1}) {
      const Shape shape =
          Watch(is_swapped == 1 ? AddBattle(newer_, older_) : AddBattle(older_, newer_));
      begins_left[is_swapped] += shape.is_left_first ? 1 : 0;
      ends_left[is_swapped] += shape.ends_left_first ? 1 : 0;
      for (const auto& [side, last] : shape.sequence) EXPECT_GE(last, 2) << side;
    }
  }
  // The difference of two such counts has a standard deviation of at most this; five of them.
  const double most = 5 * std::sqrt(2 * kTurns * 0.25);
  EXPECT_NEAR(begins_left[0], begins_left[1], most);
  EXPECT_NEAR(ends_left[0], ends_left[1], most);
}

}  // namespace
}  // namespace arena::model_gateway
