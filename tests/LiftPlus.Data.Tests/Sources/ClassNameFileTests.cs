namespace LiftPlus.Data.Tests;

/// <summary>Class names and maps of them as published, and what makes two names the same.</summary>
public sealed class ClassNameFileTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SynsetWordsAreReadAsPublished()
    {
        IReadOnlyDictionary<string, string> map = ImageDataset.ReadClassNameMap(
            _folder.WriteText(
                "synset_words.txt",
                "n01440764 tench, Tinca tinca\r\nn01443537 goldfish, Carassius auratus\r\n"
                    + "n01484850 great white shark, white shark, man-eater"
            )
        );
        Assert.Equal("tench, Tinca tinca", map["n01440764"]);
        Assert.Equal("great white shark, white shark, man-eater", map["n01484850"]);
        Assert.Equal(3, map.Count);
    }

    [Theory]
    [InlineData("n01,\"tench, Tinca tinca\"\nn02,\"the \"\"gold\"\" fish\"\n", "tench, Tinca tinca", "the \"gold\" fish")]
    [InlineData("\"n01\",\"tench\"\n\"n02\",gold fish\n", "tench", "gold fish")]
    [InlineData("n01, tench\nn02,gold, fish\n", "tench", "gold, fish")]
    [InlineData("n01\t\"tench\"\nn02\tgold, fish\n", "tench", "gold, fish")]
    [InlineData("n01 'tench'\nn02 gold fish\n", "tench", "gold fish")]
    public void QuotesAndSeparatorsAreNotPartOfAName(string text, string first, string second)
    {
        IReadOnlyDictionary<string, string> map = ImageDataset.ReadClassNameMap(_folder.WriteText("map.csv", text));
        Assert.Equal(first, map["n01"]);
        Assert.Equal(second, map["n02"]);
    }

    [Fact]
    public void OldNamesOfATableMayContainSpaces()
    {
        IReadOnlyDictionary<string, string> map = ImageDataset.ReadClassNameMap(
            _folder.WriteText("m.csv", "ice bear,polar bear\nowl,bird\n")
        );
        Assert.Equal("polar bear", map["ice bear"]);
        map = ImageDataset.ReadClassNameMap(_folder.WriteText("m.csv", "\"ice bear\" polar bear\nowl bird\n"));
        Assert.Equal("polar bear", map["ice bear"]);
    }

    [Theory]
    [InlineData("\"ice bear\" a\nice_bear b\n", "Line 2", "a second time")]
    [InlineData("{ \"a\": \"x\", \"a\": \"y\" }", "'a'", "a second time")]
    [InlineData("\"n01 tench\n", "Line 1", "must read")]
    public void MapsThatSayTwoThingsAreRefused(string text, params string[] parts) =>
        AssertFails(() => ImageDataset.ReadClassNameMap(_folder.WriteText("map.txt", text)), parts);

    [Theory]
    [InlineData("n01440764 tench, Tinca tinca\nn01443537 goldfish\n", "tench, Tinca tinca", "goldfish")]
    [InlineData("0 tench\n1 gold fish\n", "tench", "gold fish")]
    [InlineData("1: tench\n2: gold fish\n", "tench", "gold fish")]
    [InlineData("/a/airfield 0\n/a/airplane cabin 1\n", "/a/airfield", "/a/airplane cabin")]
    [InlineData("\"tench\"\n\"gold fish\"\n", "tench", "gold fish")]
    [InlineData("class 0\nclass 1\n", "class 0", "class 1")]
    [InlineData("0\n1\n", "0", "1")]
    [InlineData("{\"tench\": 0, \"gold fish\": 1}", "tench", "gold fish")]
    [InlineData("{\"id2label\": {\"1\": \"gold fish\", \"0\": \"tench\"}, \"hidden_size\": 8}", "tench", "gold fish")]
    public void NumbersAndIdentifiersAreNotPartOfAName(string text, params string[] names) =>
        Assert.Equal(names, ImageDataset.ReadClassNames(_folder.WriteText("names.txt", text)));

    [Fact]
    public void TwoClassesGetOneNameOnlyOnRequest()
    {
        ImageDataset cats = Labeled(["puma", "mountain_lion", "lynx"], 0, 1, 2);
        var map = new Dictionary<string, string> { ["puma"] = "cougar", ["mountain lion"] = "Cougar " };
        Assert.Equal(["cougar", "Cougar ", "lynx"], cats.WithClassNames(map).ClassNames);
        map["mountain lion"] = "cougar";
        AssertFails(() => cats.WithClassNames(map), "'puma' and 'mountain_lion'", "'cougar'", "Relabel");
        map = new() { ["puma"] = "lynx" };
        AssertFails(() => cats.WithClassNames(map), "'puma' and 'lynx'");
        AssertFails(
            () => cats.WithClassNames(new Dictionary<string, string> { ["mountain lion"] = "a", ["mountain_lion"] = "b" }),
            "the map"
        );
        ImageDataset merged = cats.Relabel(name =>
            name == "lynx" ? name
            : name == "puma" ? "big_cat"
            : "big cat"
        );
        Assert.Equal(["big_cat", "lynx"], merged.ClassNames);
        Assert.Equal([0, 0, 1], merged.Select(image => image.Label));
    }

    [Fact]
    public void NamesThatAPublishedListRepeatsStay()
    {
        ImageDataset cranes = Labeled(["crane", "crane", "owl"], 0, 1, 2);
        Assert.Equal(["crane", "crane", "bird"], cranes.WithClassNames(new Dictionary<string, string> { ["owl"] = "bird" }).ClassNames);
        Assert.Equal([0, 1, 2, 0, 1, 2], cranes.Concat(cranes).Select(image => image.Label));
        AssertFails(() => cranes.Concat(Labeled(["owl", "crane"], 0)), "'crane'", "0 and 1");
    }

    [Fact]
    public void DatasetsAreJoinedByNamesHoweverTheyAreWritten()
    {
        ImageDataset both = Labeled(["ice_bear", "caf\u00e9"], 0, 1).Concat(Labeled(["cafe\u0301", "owl", "ice  bear"], 0, 1, 2));
        Assert.Equal(["ice_bear", "caf\u00e9", "owl"], both.ClassNames);
        Assert.Equal([0, 1, 1, 2, 0], both.Select(image => image.Label));
    }

    [Fact]
    public void SpellingsOfALabelAreOneClassWithARemark()
    {
        string list = _folder.WriteText("list.txt", "a.png,caf\u00e9\nb.png,cafe\u0301\nc.png,ice_bear\nd.png,ice bear\n");
        ImageDataset dataset = ImageDataset.FromList(list);
        Assert.Equal(2, dataset.ClassNames.Count);
        Assert.Equal([2, 2], dataset.Classes.Counts);
        Assert.Contains(dataset.Remarks, remark => remark.Contains("'ice bear' and 'ice_bear' are one class", StringComparison.Ordinal));
        Assert.Contains(dataset.Remarks, remark => remark.Contains("accented letters", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.png 1\nb.png 2\nc.png 3\n", "counted from 1")]
    [InlineData("a.png 500\nb.png 501\n", "500 of 502 classes have no image")]
    [InlineData("a.png 0\nb.png 999\n", "998 of 1,000 classes have no image")]
    public void ClassesWithoutImagesAreRemarkedOn(string text, string remark) =>
        Assert.Contains(remark, Assert.Single(ImageDataset.FromList(_folder.WriteText("l.txt", text)).Remarks), StringComparison.Ordinal);

    [Fact]
    public void GivenNamesMayHaveNoImage() =>
        Assert.Empty(ImageDataset.FromList(_folder.WriteText("l.txt", "a.png 3\n"), classNames: ["a", "b", "c", "d"]).Remarks);

    private static ImageDataset Labeled(IReadOnlyList<string> names, params int[] labels) =>
        new(labels.Select((label, i) => new LabeledImage($"{i}.jpg", label)), names);

    private static void AssertFails(Func<object> read, params string[] parts)
    {
        string message = Assert.Throws<LiftPlusException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
