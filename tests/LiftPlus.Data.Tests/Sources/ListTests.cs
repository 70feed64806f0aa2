namespace LiftPlus.Data.Tests;

/// <summary>Lists, tables and class names as people keep them.</summary>
public sealed class ListTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(
        "a b/c,d.jpg 1\ne\tf.jpg\t0\ng,1.jpg,1\nh.jpg, 0\n",
        new[] { "a b/c,d.jpg", "e\tf.jpg", "g,1.jpg", "h.jpg" },
        new[] { 1, 0, 1, 0 }
    )]
    [InlineData("3 4.jpg 0\r\n3,4.jpg 1\r\n", new[] { "3 4.jpg", "3,4.jpg" }, new[] { 0, 1 })]
    public void PathsHoldSpacesTabsAndCommas(string text, string[] paths, int[] labels)
    {
        ImageDataset dataset = ImageDataset.FromList(_folder.WriteText("list.txt", text));
        Assert.Equal(paths, Relative(dataset));
        Assert.Equal(labels, dataset.Select(image => image.Label));
        Assert.Equal(["0", "1"], dataset.ClassNames);
    }

    [Fact]
    public void LabelsAreNamesOfGivenClasses_SpacesAndCommasIncluded()
    {
        string list = _folder.WriteText(
            "list.txt",
            "a b.jpg golden retriever\nc.jpg, dog, wild\nd.jpg\tgolden_retriever\nretriever.jpg retriever\n"
        );
        ImageDataset dataset = ImageDataset.FromList(list, classNames: ["retriever", "golden retriever", "dog, wild"]);
        Assert.Equal(["a b.jpg", "c.jpg", "d.jpg", "retriever.jpg"], Relative(dataset));
        Assert.Equal([1, 2, 1, 0], dataset.Select(image => image.Label));
    }

    [Theory]
    [InlineData("x 1.jpg owl\nb.jpg lynx\nc.jpg owl\n", new[] { "lynx", "owl" }, new[] { 1, 0, 1 })]
    [InlineData("x 1.jpg\tice bear\nb.jpg\tlynx\n", new[] { "ice bear", "lynx" }, new[] { 0, 1 })]
    [InlineData("x 1.jpg,ice bear\nb,2.jpg,lynx\n", new[] { "ice bear", "lynx" }, new[] { 0, 1 })]
    public void NamesWithoutGivenClassesAreTheClasses(string text, string[] names, int[] labels)
    {
        ImageDataset dataset = ImageDataset.FromList(_folder.WriteText("list.txt", text));
        Assert.Equal(names, dataset.ClassNames);
        Assert.Equal(labels, dataset.Select(image => image.Label));
        Assert.Equal("x 1.jpg", Relative(dataset)[0]);
    }

    [Fact]
    public void NamesThatAreNoClassAreNamedByLine() =>
        AssertFails(
            () => ImageDataset.FromList(_folder.WriteText("list.txt", "a.jpg owl\nb.jpg wolf\nc.jpg fox\n"), classNames: ["owl", "lynx"]),
            "2 bad lines",
            "line 2: 'wolf' is not among the 2 classes (owl, lynx)",
            "line 3: 'fox'"
        );

    [Fact]
    public void TablesAreReadByColumnName()
    {
        string table = _folder.WriteText(
            "table.csv",
            "\uFEFFid,Species,File\r\n1,\"bear, ice\",\"a \"\"b\"\", c.jpg\"\r\n2,owl,d.jpg\r\n\r\n3,owl, e.jpg \r\n"
        );
        ImageDataset dataset = ImageDataset.FromCsv(table, "file", "species");
        Assert.Equal(["a \"b\", c.jpg", "d.jpg", "e.jpg"], Relative(dataset));
        Assert.Equal(["bear, ice", "owl"], dataset.ClassNames);
        Assert.Equal([0, 1, 1], dataset.Select(image => image.Label));

        string tabs = _folder.WriteText("table.tsv", "path\tlabel\na b.jpg\t2\n");
        Assert.Equal(["x", "y", "z"], ImageDataset.FromCsv(tabs, classNames: ["x", "y", "z"], separator: '\t').ClassNames);
        Assert.Equal(
            Path.Combine(Path.GetTempPath(), "a b.jpg"),
            ImageDataset.FromCsv(tabs, root: Path.GetTempPath(), separator: '\t')[0].Name
        );
    }

    [Fact]
    public void TablesThatAreNoneAreNamed()
    {
        AssertFails(() => ImageDataset.FromCsv(_folder.PathOf("no.csv")), "no.csv", "does not exist");
        AssertFails(() => ImageDataset.FromCsv(_folder.WriteText("t.csv", "")), "no column 'path'");
        AssertFails(
            () => ImageDataset.FromCsv(_folder.WriteText("t.csv", "file;label\na.jpg;1\n")),
            "no column 'path'",
            "'file;label'",
            "the separator if it is not ','"
        );
        AssertFails(() => ImageDataset.FromCsv(_folder.WriteText("t.csv", "path,label\n")), "names no image");
        AssertFails(
            () =>
                ImageDataset.FromCsv(
                    _folder.WriteText("t.csv", "path,label\na.jpg,0\nb.jpg\nc.jpg,\n,1\nd\0.jpg,1\ne.jpg,1\n\"f.jpg\"x,1\n")
                ),
            "5 bad lines",
            "line 3: 1 fields, the header has 2",
            "line 4: no label",
            "line 5: no path",
            "line 6: the path contains a zero byte",
            "line 8: "
        );
    }

    [Fact]
    public void ClassNamesComeFromLinesJsonAndFolders()
    {
        Assert.Equal(["a b", "c"], ImageDataset.ReadClassNames(_folder.WriteText("names.txt", "a b\nc\n\n")));
        Assert.Equal(["a", "b"], ImageDataset.ReadClassNames(_folder.WriteText("names.json", "[\"a\", \"b\"]")));
        Assert.Equal(["a", "b"], ImageDataset.ReadClassNames(_folder.WriteText("names.json", "{ \"1\": \"b\", \"0\": [\"n1\", \"a\"] }")));
        _folder.WriteText("set/owl/1.jpg", "");
        _folder.WriteText("set/Lynx/1.jpg", "");
        Assert.Equal(["Lynx", "owl"], ImageDataset.ReadClassNames(_folder.PathOf("set")));

        AssertFails(
            () => ImageDataset.ReadClassNames(_folder.WriteText("names.json", "{ \"0\": \"a\", \"2\": \"b\" }")),
            "the key '2' among 2"
        );
        AssertFails(() => ImageDataset.ReadClassNames(_folder.WriteText("names.json", "[\"a\", 3]")), "gives '1' the value 3");
        AssertFails(() => ImageDataset.ReadClassNames(_folder.WriteText("names.json", "[\"a\"")), "is not valid JSON");
        AssertFails(() => ImageDataset.ReadClassNames(_folder.PathOf("set/owl")), "holds no folder");
    }

    [Theory]
    [InlineData("n01\tice bear\nn02\towl\n")]
    [InlineData("n01 ice bear\n\nn02 owl\n")]
    [InlineData("n01,ice bear\nn02,owl")]
    [InlineData("{ \"n01\": \"ice bear\", \"n02\": \"owl\" }")]
    public void MapsRenameFolders(string map)
    {
        _folder.WriteText("set/n01/1.jpg", "");
        _folder.WriteText("set/n02/1.jpg", "");
        ImageDataset dataset = ImageDataset
            .FromFolder(_folder.PathOf("set"))
            .WithClassNames(ImageDataset.ReadClassNameMap(_folder.WriteText("map", map)));
        Assert.Equal(["ice bear", "owl"], dataset.ClassNames);
    }

    [Fact]
    public void BadMapsAreNamed()
    {
        AssertFails(() => ImageDataset.ReadClassNameMap(_folder.WriteText("map.txt", "n01 a\nn02\n")), "Line 2", "'n02'");
        AssertFails(() => ImageDataset.ReadClassNameMap(_folder.WriteText("map.txt", "n01 a\nn01 b\n")), "Line 2", "a second time");
        AssertFails(() => ImageDataset.ReadClassNameMap(_folder.WriteText("map.txt", "\n")), "is empty");
    }

    private string[] Relative(ImageDataset dataset) =>
        [.. dataset.Select(image => Path.GetRelativePath(_folder.Root, image.Name).Replace('\\', '/'))];

    private static void AssertFails(Func<object> action, params string[] words)
    {
        string message = Assert.Throws<LiftPlusException>(action).Message;
        Assert.All(words, word => Assert.Contains(word, message));
    }
}
