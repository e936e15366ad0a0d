#include "core/src/regex.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/within_a_second.h"

namespace ferrite::internal {
namespace {

bool Matches(std::string_view pattern, std::string_view text) {
  std::string reason;
  auto regex = Regex::Compile(pattern, &reason);
  EXPECT_NE(regex, nullptr) << pattern << " " << reason;
  return regex != nullptr && RegexMatcher(regex).Matches(text);
}

std::string Reason(std::string_view pattern) {
  std::string reason;
  EXPECT_EQ(Regex::Compile(pattern, &reason), nullptr) << pattern;
  return reason;
}

TEST(Regex, FindsAMatchAnywhere) {
  EXPECT_TRUE(Matches("b+", "aabba"));
  EXPECT_FALSE(Matches("b+", "aaa"));
  EXPECT_TRUE(Matches("", ""));
  EXPECT_TRUE(Matches("a|", "x"));
}

TEST(Regex, AnchorsHoldAtTheEndsOnly) {
  EXPECT_TRUE(Matches("^a$", "a"));
  EXPECT_FALSE(Matches("^a$", "a\n"));
  EXPECT_FALSE(Matches("^a", "ba"));
  EXPECT_FALSE(Matches("a$", "ab"));
  EXPECT_TRUE(Matches("^a|b$", "ab"));
  EXPECT_FALSE(Matches("a^b", "ab"));
}

TEST(Regex, RepeatsAsOftenAsItSays) {
  EXPECT_TRUE(Matches("^a{2,3}$", "aa"));
  EXPECT_TRUE(Matches("^a{2,3}?$", "aaa"));
  EXPECT_FALSE(Matches("^a{2,3}$", "aaaa"));
  EXPECT_FALSE(Matches("^a{2}$", "a"));
  EXPECT_TRUE(Matches("^(?:ab){2,}$", "ababab"));
  EXPECT_TRUE(Matches("^(a*)*$", "aaa"));
  EXPECT_TRUE(Matches("^a{0}$", ""));
}

TEST(Regex, ClassesTakeRangesEscapesAndNegation) {
  EXPECT_TRUE(Matches("^[a-c\\-\\]]+$", "a-]c"));
  EXPECT_FALSE(Matches("^[^a-c]$", "b"));
  EXPECT_TRUE(Matches("^[^]$", "\n"));
  EXPECT_FALSE(Matches("[]", "a"));
  EXPECT_FALSE(Matches("^.$", "\n"));
  EXPECT_TRUE(Matches("^\\x41\\u0042\\u{1F600}\\cA\\0$",
                      std::string_view("AB\xF0\x9F\x98\x80\x01\0", 8)));
  EXPECT_TRUE(Matches("^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80"));
}

TEST(Regex, CodePointsCountNotBytes) {
  EXPECT_TRUE(Matches("^.$", "\xF0\x9F\x98\x80"));
  EXPECT_TRUE(Matches("^\\W$", "\xC3\xA9"));
  EXPECT_TRUE(Matches("^\\p{L}+$", "\xC3\xA9t\xC3\xA9"));
  EXPECT_FALSE(Matches("^\\p{Lu}$", "\xC3\xA9"));
}

TEST(Regex, WordBoundariesAreBetweenWordAndOther) {
  EXPECT_TRUE(Matches("\\bcat\\b", "a cat!"));
  EXPECT_FALSE(Matches("\\bcat\\b", "concat"));
  EXPECT_TRUE(Matches("\\Bcat", "concat"));
  EXPECT_FALSE(Matches("^\\b$", ""));
}

TEST(Regex, LookAroundHoldsAtItsPosition) {
  EXPECT_TRUE(Matches("^(?=.{2,3}$)[a-z]*$", "abc"));
  EXPECT_FALSE(Matches("^(?=.{2,3}$)[a-z]*$", "abcd"));
  EXPECT_TRUE(Matches("^(?!.*W)\\w+$", "abc"));
  EXPECT_FALSE(Matches("^(?!.*W)\\w+$", "abW"));
  EXPECT_TRUE(Matches("(?<=\\$)\\d", "a$5"));
  EXPECT_FALSE(Matches("(?<=\\$)\\d", "a5"));
  EXPECT_TRUE(Matches("(?<!\\$)\\d", "a5"));
  EXPECT_FALSE(Matches("^(?<!\\$|a)\\d|(?<!\\$)\\d", "$5"));
  EXPECT_TRUE(Matches("^(?:a(?=b)|b(?!a))+$", "abb"));
  EXPECT_FALSE(Matches("^(?:a(?=b)|b(?!a))+$", "aba"));
  EXPECT_TRUE(Matches("^(?=a(?=b(?!d)))abc$", "abc"));
  EXPECT_FALSE(Matches("^(?=a(?=b(?!d)))ab.$", "abd"));
}

TEST(Regex, WhatCannotBeMatchedIsSaid) {
  EXPECT_EQ(Reason("(a)\\1"), "refers back to a group, which is not supported");
  EXPECT_EQ(Reason("\\p{Script=Greek}"),
            "asks for the Unicode property \"Script=Greek\", which is not "
            "supported");
  EXPECT_EQ(Reason("(a"), "does not close a group (at character 3)");
  EXPECT_EQ(Reason("a)"), "closes a group that is not open (at character 2)");
  EXPECT_EQ(Reason("a**"), "repeats nothing (at character 3)");
  EXPECT_EQ(Reason("[b-a]"),
            "has a range whose ends are swapped (at character 5)");
  EXPECT_EQ(Reason("(?i:a)"), "has an unknown kind of group (at character 3)");
  EXPECT_TRUE(IsRegex("(a)\\1"));
  EXPECT_FALSE(IsRegex("(a"));
  EXPECT_FALSE(IsRegex("\\a"));
}

TEST(Regex, ExplodingPatternsTakeLinearTime) {
  const ferrite::testing::WithinASecond limit("all of it");
  const std::string text = std::string(100000, 'a') + "!";
  EXPECT_FALSE(Matches("^(a+)+$", text));
  EXPECT_FALSE(Matches("(a+)+$", text));
  EXPECT_FALSE(Matches("^(a|aa)+$", text));
  EXPECT_FALSE(Matches("^(a|a?)+$", text));
  EXPECT_FALSE(Matches("^(?=(a+)+$)a", text));
  EXPECT_FALSE(Matches("(.*)(.*)(.*)(.*)(.*)x", text));
}

TEST(Regex, CountedRepetitionsHaveABound) {
  const ferrite::testing::WithinASecond limit("all of it");
  const std::string big = "is too big when its repetitions are written out";
  EXPECT_EQ(Reason("((a{1000}){1000}){1000}"), big);
  EXPECT_EQ(Reason("a{4294967295}"), big);
  EXPECT_EQ(Reason("(?:(?:a?){1000}){0,1000}"), big);
  EXPECT_TRUE(Matches("^(?:(?:){1000000000}){1000000000}$", ""));
  // More states than are kept.
  const std::string text(20000, 'a');
  EXPECT_FALSE(Matches("a.{500}b", text));
  std::string mixed;
  for (int i = 0; i < 20000; ++i) mixed += i * i % 7 < 3 ? 'a' : 'b';
  EXPECT_FALSE(Matches("^[ab]*a[ab]{30}c", mixed));
}

}  // namespace
}  // namespace ferrite::internal
