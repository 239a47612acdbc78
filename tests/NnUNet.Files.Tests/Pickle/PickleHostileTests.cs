using System.Text;
using NnUNet.Files.Pickle;
using NnUNet.Testing;

namespace NnUNet.Files.Tests.Pickle;

public sealed class PickleHostileTests
{
    private const long FewBytes = 16 << 20;

    public static TheoryData<string, string> Calls => new()
    {
        { "cos\nsystem\n(S'echo hello'\ntR.", "os.system" },
        { "cposix\nsystem\n(S'echo hello'\ntR.", "posix.system" },
        { "cnt\nsystem\n(S'echo hello'\ntR.", "nt.system" },
        { "csubprocess\nPopen\n(S'echo'\ntR.", "subprocess.Popen" },
        { "c__builtin__\neval\n(S'1+1'\ntR.", "__builtin__.eval" },
        { "c__builtin__\ngetattr\n(S'1'\nS'x'\ntR.", "__builtin__.getattr" },
        { "cbuiltins\nexec\n(S'1'\ntR.", "builtins.exec" },
        { "cbuiltins\n__import__\n(S'os'\ntR.", "builtins.__import__" },
        { "(S'echo hello'\nios\nsystem\n.", "os.system" },
        { "(cos\nsystem\nS'echo hello'\no.", "os.system" },
        { "cos\nsystem\n)\u0081.", "os.system" },
        { "ccopyreg\n_reconstructor\n(tR.", "copyreg._reconstructor" },
        { "cnumpy.testing._private.utils\nrunstring\n(tR.", "numpy.testing._private.utils.runstring" },
        { "ctorch.hub\nload\n(tR.", "torch.hub.load" },
        { "cnumpy._core.multiarray\nfromfile\n(tR.", "numpy._core.multiarray.fromfile" },
        { "cpickle\nloads\n(tR.", "pickle.loads" },
    };

    public static TheoryData<string, string> Faults => new()
    {
        { "", "the pickle ends after 0 bytes" },
        { ".", "a value is missing" },
        { "K\u0001" + "0.", "a value is missing" },
        { "hello", "the memo has no value 101" },
        { "\u00ffK\u0001.", "0xff is not an operation" },
        { "\u0080\u0006.", "protocol 6 is not known" },
        { "K\u0001]a.", "List`1 is expected, not Int64" },
        { "}K\u0001(u.", "PickleDictionary is expected, not Int64" },
        { "}(K\u0001u.", "a key has no value" },
        { "}]K\u0001s.", "List`1 cannot be a key" },
        { "}(]tK\u0001s.", "PickleTuple cannot be a key" },
        { "\u008f(]\u0090.", "List`1 cannot be in a set" },
        { "t.", "a mark is missing" },
        { "(K\u0001\u0086.", "2 values are expected, but 1 are there" },
        { "h\u0007.", "the memo has no value 7" },
        { "gx\n.", "an integer is expected, not \"x\"" },
        { "g-1\n.", "is not a place in the memo" },
        { "Iabc\n.", "an integer is expected" },
        { "Fabc\n.", "a number is expected" },
        { "Sabc\n.", "a text is not in quotes" },
        { "S'\\\n.", "a text is not in quotes" },
        { "S'\\x4'\n.", "an escaped character is damaged" },
        { "V\\uD8\n.", "an escaped character is damaged" },
        { "X\u0002\0\0\0\u00ff\u00ff.", "a text is not valid UTF-8" },
        { "P1\n.", "refers to an object outside of the file" },
        { "U\u0001xQ.", "refers to an object outside of the file" },
        { "\u0082\u0001.", "Python's extension registry" },
        { "\u0097.", "a buffer outside of the file" },
        { "]K\u0001b.", "List`1 takes no state" },
        { "K\u0001)R.", "it calls 1, which may not be called" },
        { "cnumpy\nndarray\n)R.", "it calls numpy.ndarray, which may not be called" },
        { "cnumpy\ndtype\n)R.", "numpy.dtype is called with ()" },
        { "cnumpy\ndtype\n(U\u0001btR.", "the numpy type \"b\" is not read" },
        { "cnumpy\ndtype\n(U\u0003M8[tR.", "the numpy type \"M8[\" is not read" },
        { "cnumpy\ndtype\n(U\u0003V16tR.", "the numpy type \"V16\" is not read" },
        { "cnumpy\ndtype\n(U\u0002c8tR.", "the numpy type \"c8\" is not read" },
        { "c_codecs\nencode\n(U\u0001xU\u0004rot1tR.", "the encoding \"rot1\" is not known" },
    };

    public static TheoryData<string> Lengths => new()
    {
        "\u008a\u00ff", "\u008b\u00ff\u00ff\u00ff\u007f", "\u008b\u00ff\u00ff\u00ff\u00ff", "X\u00ff\u00ff\u00ff\u00ff", "B\u00ff\u00ff\u00ff\u00ff", "T\u00ff\u00ff\u00ff\u007f", "T\u00ff\u00ff\u00ff\u00ff",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "\u0096\0\0\0\0\u0001\0\0\0", "\u008e\0\0\0\u0010\0\0\0\0",
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Read_AFunctionThatIsNotOnTheList_IsRefusedByName(string pickle, string name)
    {
        // When
        PickleException error = Refusal(pickle);

        // Then
        Assert.Contains($"\"{name}\", which is not on the list", error.What, StringComparison.Ordinal);
        Assert.Contains("nothing of it was run", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_DamagedPickle_SaysWhatIsWrong(string pickle, string what) => Assert.Contains(what, Refusal(pickle).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Read_LengthsThatAreNotThere_AllocateNothing(string pickle)
    {
        // Given: once as bytes in memory, once as a stream whose length is not known
        byte[] bytes = Encoding.Latin1.GetBytes(pickle + "x");

        // When
        long inMemory = Allocations.Of(() => Refusal(pickle + "x"));
        long streamed = Allocations.Of(() => Assert.Throws<PickleException>(() => PickleFile.Read(new BufferedStream(new UnseekableStream(bytes)), "a.pkl")));

        // Then
        Assert.InRange(inMemory, 0, FewBytes);
        Assert.InRange(streamed, 0, FewBytes);
    }

    [Theory]
    [InlineData("refused_bomb.pkl", "when what is shared is written out")]
    [InlineData("refused_small_bomb.pkl", "when what is shared is written out")]
    [InlineData("refused_deep.pkl", "nested more than 100 deep")]
    [InlineData("refused_self_containing.pkl", "a container contains itself")]
    public void Read_ContentWithoutEnd_IsRefused(string name, string what)
    {
        // Given
        string path = Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", "pickle", name);

        // When
        PickleException error = Assert.Throws<PickleException>(() => PickleFile.Read(path));

        // Then
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TupleNestedAHundredThousandTimes_IsRefused() => Assert.Contains("nested", Refusal(")" + new string('\u0085', 100000) + ".").What, StringComparison.Ordinal);

    [Fact]
    public void Read_TupleOfTuplesAsKey_IsRefusedBeforeItIsCompared() =>
        Assert.Contains("cannot be a key", Refusal("})" + string.Concat(Enumerable.Repeat("2\u0086", 60)) + "K\u0001s.").What, StringComparison.Ordinal);

    [Fact]
    public void Read_ArraysThatShareTheirBytes_AreCountedEach()
    {
        // Given 1 MB of bytes in the memo and arrays made of them again and again
        string array = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\u0001btR(K\u0001(J\0\0\u0010\0th\u0001\u0089h\0tb";
        string pickle = "B\0\0\u0010\0" + new string('a', 1 << 20) + "q\0" + "0cnumpy\ndtype\n(U\u0002u1\u0089\u0088tRq\u0001" + "0](" + string.Concat(Enumerable.Repeat(array, 20)) + "e.";

        // When
        PickleException error = Assert.Throws<PickleException>(() => PickleFile.Read(Stream(pickle), "a.pkl", new PickleOptions { MaxMemory = 16 << 20 }));

        // Then
        Assert.Contains("would take more than 16777216 bytes", error.What, StringComparison.Ordinal);
        Assert.Equal(20, Assert.IsType<List<object?>>(PickleFile.Read(Stream(pickle), "a.pkl")).Count);
    }

    [Theory]
    [InlineData("f8", "(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ft", "too many elements")]
    [InlineData("f8", "(J\u00ff\u00ff\u00ff\u00fft", "no lengths")]
    [InlineData("U0", "(J\u00ff\u00ff\u00ff\u007ft", "would take more than")]
    [InlineData("f8", "(K\0J\u00ff\u00ff\u00ff\u007ft", "would take more than")]
    [InlineData("f8", "(K\u0003t", "has 0 bytes instead of 24")]
    [InlineData("O8", "(K\u0003t", "has no list of them")]
    [InlineData("f8", "K\u0003", "a numpy array is described by")]
    public void Read_ArraysThatPromiseTooMuch_AreRefused(string type, string shape, string what)
    {
        // Given
        string pickle = $"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\0tU\u0001btR(K\u0001{shape}cnumpy\ndtype\n(U\u0002{type}tR\u0089U\0tb.";

        // When
        PickleException error = Refusal(pickle);

        // Then
        Assert.Contains(what, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_SaysSo() => Assert.Contains("cannot be read", Assert.Throws<PickleException>(() => PickleFile.Read("missing.pkl")).What, StringComparison.Ordinal);

    private static MemoryStream Stream(string pickle) => new(Encoding.Latin1.GetBytes(pickle));

    private static PickleException Refusal(string pickle) => Assert.Throws<PickleException>(() => PickleFile.Read(Stream(pickle), "a.pkl"));

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
