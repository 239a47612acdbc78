namespace NnUNet.Foundation.Tests;

public sealed class ComposedFormTests
{
    [Theory]
    [InlineData("liver_001", "liver_001")]
    [InlineData("Mu\u0308ller", "M\u00fcller")] // as macOS stores it
    [InlineData("M\u00fcller", "M\u00fcller")]
    [InlineData("e\u0323\u0302", "\u1ec7")] // Vietnamese, two marks
    [InlineData("e\u0302\u0323", "\u1ec7")] // the same marks in another order
    [InlineData("\u00ea\u0323", "\u1ec7")] // half composed
    [InlineData("a\u0327\u030a", "\u00e5\u0327")] // the ring goes past the cedilla, which no character holds
    [InlineData("a\u0300\u0301", "\u00e0\u0301")] // two accents of one class stay in their order
    [InlineData("\u1100\u1161\u11a8", "\uac01")] // Korean
    [InlineData("\uac00\u11a8", "\uac01")]
    [InlineData("\u304b\u3099", "\u304c")] // Japanese
    [InlineData("\u0915\u093c", "\u0915\u093c")] // Hindi, which stays decomposed
    [InlineData("\u0308a", "\u0308a")] // a mark without a letter
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    public void Of_ComposesLettersAndTheirMarks(string text, string expected) => Assert.Equal(expected, ComposedForm.Of(text));

    [Fact]
    public void Of_EveryLatinLetterWithAMark_IsItselfAgain()
    {
        // Given
        string[] letters = [.. Enumerable.Range(0xC0, 0x180).Select(static c => ((char)c).ToString())];

        // When
        string[] composed = [.. letters.Select(ComposedForm.Of)];

        // Then
        Assert.Equal(letters, composed);
    }

    [Fact]
    public void Normalize_DoesNothingInThisProgram() => Assert.Equal("u\u0308", "u\u0308".Normalize()); // why there is a ComposedForm
}
