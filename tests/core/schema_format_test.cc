#include "core/src/schema_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "core/src/regex.h"
#include "core/src/regex_parser.h"

namespace ferrite::internal {
namespace {

// A text that a pattern of ASCII sets, without look-around, matches.
class RandomMatch {
 public:
  explicit RandomMatch(const ParsedRegex& parsed) : parsed_(parsed) {}

  std::string Make() {
    std::string text;
    Append(parsed_.root, &text);
    return text;
  }

 private:
  uint32_t Below(size_t count) {
    return static_cast<uint32_t>(random_() % count);
  }

  void Append(const RegexNode& node, std::string* text) {
    switch (node.kind) {
      case RegexNode::Kind::kConcat:
        for (const RegexNode& child : node.children) Append(child, text);
        break;
      case RegexNode::Kind::kAlternate:
        Append(node.children[Below(node.children.size())], text);
        break;
      case RegexNode::Kind::kRepeat: {
        const uint32_t most = std::min(node.most, node.least + 3);
        const uint32_t times = node.least + Below(most - node.least + 1);
        for (uint32_t i = 0; i < times; ++i) Append(node.children[0], text);
        break;
      }
      case RegexNode::Kind::kSet: {
        const auto& ranges = parsed_.sets[node.set].ranges();
        const auto& range = ranges[Below(ranges.size())];
        const uint32_t point =
            range.first + Below(range.last - range.first + 1);
        ASSERT_LT(point, 128u);
        text->push_back(static_cast<char>(point));
        break;
      }
      default:
        break;
    }
  }

  const ParsedRegex& parsed_;
  std::mt19937 random_{20};
};

TEST(SchemaFormat, ChecksTakeWhatThePatternNextToThemMatches) {
  int tried = 0;
  for (const std::string_view name : SchemaFormatNames()) {
    const SchemaFormat& format = *FindSchemaFormat(name);
    if (format.check == nullptr || format.pattern.empty()) continue;
    ParsedRegex parsed;
    std::string reason;
    ASSERT_TRUE(ParseRegex(format.pattern, &parsed, &reason)) << reason;
    RegexMatcher matcher(Regex::Compile(format.pattern, &reason));
    RandomMatch match(parsed);
    for (int i = 0; i < 20000; ++i) {
      const std::string text = match.Make();
      ASSERT_TRUE(matcher.Matches(text)) << name << ": " << text;
      ASSERT_TRUE(format.check(text)) << name << ": " << text;
    }
    ++tried;
  }
  EXPECT_EQ(tried, 3);
}

TEST(SchemaFormat, UrisAreReadInOnePass) {
  const SchemaFormat& uri = *FindSchemaFormat("uri");
  const SchemaFormat& reference = *FindSchemaFormat("uri-reference");
  for (const char* text :
       {"http://a", "a:", "a:b:c", "http://u:p@h:80/p;x?q?/#f/?", "h://[::1]:8",
        "h://[v1.a:b]", "mailto:a@b", "a://%41", "a:/%41/@:", "h://", "h:///p",
        "h://:80", "h://@", "urn:a:b"}) {
    EXPECT_TRUE(uri.check(text)) << text;
    EXPECT_TRUE(reference.check(text)) << text;
  }
  for (const char* text : {"", "a", "/a:b", "./a:b", "?a:b", "#a", "//h/p:q",
                           "a/b:c", "//u@h:1"}) {
    EXPECT_FALSE(uri.check(text)) << text;
    EXPECT_TRUE(reference.check(text)) << text;
  }
  for (const char* text :
       {":", "1a:b", "a b", "h://a b", "h://a@b@c", "h://[::1", "h://[::1]x",
        "h://a:8x", "h://a:1:2", "a:%4", "a:%", "a:%4g", "a:#b#c", "@:b",
        "h://[g::]", "a:[", "h:\x7f"}) {
    EXPECT_FALSE(uri.check(text)) << text;
    EXPECT_FALSE(reference.check(text)) << text;
  }
}

}  // namespace
}  // namespace ferrite::internal
