#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Elementary functions of our own. The C library chooses its exp and log by the processor it finds,
// and the choices differ in the last bit; these use only additions, multiplications and divisions,
// which IEEE 754 rounds alike everywhere. sqrt is such an operation too and is taken from <cmath>.
namespace arena::rating {

// e^x to about one unit in the last place; arguments are clamped to [-708, 709], so the result is
// always positive, normal and finite. Free of branches, so that loops over it vectorise.
inline double Exp(double x) {
  constexpr double kLog2E = 1.4426950408889634;
  constexpr double kLn2High = 0x1.62e42fee00000p-1;  // 32 bits, so that k * kLn2High is exact
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  constexpr double kRound = 0x1.8p52;  // adding it leaves the nearest integer in the low bits
  x = x < -708.0 ? -708.0 : x;
  x = x > 709.0 ? 709.0 : x;
  const double shifted = x * kLog2E + kRound;
  const double k = shifted - kRound;
  const double r = (x - k * kLn2High) - k * kLn2Low;  // |r| <= ln 2 / 2
  // Taylor to r^13; the first omitted term is below 2^-57. Estrin's order keeps the chain short.
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double r8 = r4 * r4;
  const double a = (0.5 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const double b = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const double c =
      (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  const double tail = r2 * ((a + r4 * b) + r8 * c);
  const double scale = std::bit_cast<double>((std::bit_cast<uint64_t>(shifted) + 1023u) << 52);
  return (1.0 + (r + tail)) * scale;
}

// ln x for finite positive normal x, to about one unit in the last place.
inline double Log(double x) {
  constexpr double kLn2High = 0x1.62e42fee00000p-1;
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  // x = 2^k m with m in [sqrt(1/2), sqrt 2).
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  const uint64_t shifted = bits - std::bit_cast<uint64_t>(0.7071067811865476);
  const int64_t exponent = static_cast<int64_t>(shifted) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<uint64_t>(exponent) << 52));
  const double k = static_cast<double>(exponent);
  // ln m = 2 artanh s with s = (m - 1) / (m + 1), |s| < 0.1716; the series in s^2.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double series = 2.0 / 23;
  for (int n = 21; n >= 3; n -= 2) series = series * z + 2.0 / n;
  return k * kLn2High + ((f - s * (f - z * series)) + k * kLn2Low);
}

// 1 / (1 + e^-x).
inline double Logistic(double x) { return 1.0 / (1.0 + Exp(-x)); }

}  // namespace arena::rating
