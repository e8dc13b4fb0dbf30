#pragma once

#include <vector>

namespace arena::bench {

// The middle value, or the mean of the two middle ones; 0 of nothing.
double Median(std::vector<double> values);

// The smallest value that at least `fraction` (0 to 1) of the values do not exceed; 0 of nothing.
double Percentile(std::vector<double> values, double fraction);

}  // namespace arena::bench
