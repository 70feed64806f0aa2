namespace LiftPlus.Data.Tests;

public sealed class ImageDatasetTests : IDisposable
{
    private readonly TestImages _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void FolderGivesClassesInOrdinalOrder()
    {
        foreach (
            string file in new[] { "rose/2.jpg", "rose/1.PNG", "Tulip/deep/x.webp", "daisy/a.jpeg", "daisy/note.txt", ".hidden/y.jpg" }
        )
            _images.WriteText(file, "not opened");

        ImageDataset dataset = ImageDataset.FromFolder(_images.Root);

        Assert.Equal(["Tulip", "daisy", "rose"], dataset.ClassNames);
        Assert.Equal([1, 1, 2], dataset.Classes.Counts);
        Assert.Equal(
            ["Tulip/deep/x.webp", "daisy/a.jpeg", "rose/1.PNG", "rose/2.jpg"],
            dataset.Select(image => Path.GetRelativePath(_images.Root, image.Name).Replace('\\', '/'))
        );
        Assert.Equal([0, 1, 2, 2], dataset.Select(image => image.Label));
    }

    [Fact]
    public void FolderTakesTheTrainingSetsClasses()
    {
        _images.WriteText("ice_bear/1.jpg", "");
        _images.WriteText("owl/1.jpg", "");

        ImageDataset dataset = ImageDataset.FromFolder(_images.Root, ["owl", "lynx", "ice bear"]);

        Assert.Equal(["owl", "lynx", "ice bear"], dataset.ClassNames);
        Assert.Equal([2, 0], dataset.Select(image => image.Label));
        Assert.Equal([1, 0, 1], dataset.Classes.Counts);
    }

    [Fact]
    public void FolderThatIsNoKnownClassIsNamed()
    {
        _images.WriteText("wolf/1.jpg", "");
        AssertFails(() => ImageDataset.FromFolder(_images.Root, ["owl", "lynx"]), "wolf", "owl, lynx");
    }

    [Fact]
    public void ClassNamesThatFoldersCannotTellApartAreNamed()
    {
        _images.WriteText("ice_bear/1.jpg", "");
        AssertFails(() => ImageDataset.FromFolder(_images.Root, ["ice bear", "ice_bear"]), "ice_bear", "0 and 1");
    }

    [Fact]
    public void LinksToFoldersNeverMultiplyImages()
    {
        foreach (string file in new[] { "set/blue/1.jpg", "set/red/1.jpg", "set/red/deep/2.jpg", "shared/more/3.jpg" })
            _images.WriteText(file, "");
        _images.WriteText($"set/red/{string.Join('/', Enumerable.Repeat("d", 12))}/4.jpg", "");
        string root = _images.PathOf("set");
        foreach ((string link, string target) in new[] { ("self", "."), ("root", ".."), ("all", "/"), ("red", "../red/deep") })
            Directory.CreateSymbolicLink(Path.Combine(root, "blue", link), target);
        Directory.CreateSymbolicLink(Path.Combine(root, "blue", "shared"), _images.PathOf("shared"));
        Directory.CreateSymbolicLink(Path.Combine(root, "red", "shared"), _images.PathOf("shared/more"));
        Directory.CreateSymbolicLink(Path.Combine(root, "red", "blue"), "../blue");

        ImageDataset dataset = ImageDataset.FromFolder(root, options: new() { AllowOutsideRoot = true });

        Assert.Equal(["blue", "red"], dataset.ClassNames);
        Assert.Equal([2, 3], dataset.Classes.Counts);
        Assert.Equal(
            ["blue/1.jpg", "blue/shared/more/3.jpg"],
            dataset.Take(2).Select(image => Path.GetRelativePath(root, image.Name).Replace('\\', '/'))
        );
    }

    [Fact]
    public void AClassFolderMayBeALink()
    {
        _images.WriteText("store/owl/1.jpg", "");
        Directory.CreateDirectory(_images.PathOf("set"));
        Directory.CreateSymbolicLink(_images.PathOf("set/owl"), _images.PathOf("store/owl"));
        Directory.CreateSymbolicLink(_images.PathOf("link"), _images.PathOf("set"));
        ImageDataset dataset = ImageDataset.FromFolder(_images.PathOf("link"), options: new() { AllowOutsideRoot = true });
        Assert.Equal(_images.PathOf("link/owl/1.jpg"), Assert.Single(dataset).Name);
        Directory.Delete(_images.PathOf("set/owl"));
        _images.WriteText("set/lynx/1.jpg", "");
        Directory.CreateSymbolicLink(_images.PathOf("set/all"), _images.PathOf("set/lynx")); // inside, and read where it lies
        AssertFails(
            () => ImageDataset.FromFolder(_images.PathOf("link")),
            "link/all",
            "has no image",
            "is a link to a folder that is read where it lies"
        );
    }

    [Theory]
    [InlineData("a.png 0\nb.png 1\nc.png 999999\n", "3 different labels", "1,000,000 classes", "line 3")]
    [InlineData("a.png 2019\nb.png 2020\nc.png 2021\n", "3 images", "2,022 classes", "2021")]
    public void WildLabelsAreRefusedWithBothNumbers(string list, params string[] words) =>
        AssertFails(() => ImageDataset.FromList(_images.WriteText("wild.txt", list)), words);

    [Fact]
    public void ASampleOfAThousandClassesIsRead() =>
        Assert.Equal(1000, ImageDataset.FromList(_images.WriteText("few.txt", "a.png 0\nb.png 999\n")).ClassNames.Count);

    [Fact]
    public void MissingFolderIsNamed() =>
        AssertFails(() => ImageDataset.FromFolder(_images.PathOf("nowhere")), "nowhere", "does not exist");

    [Fact]
    public void FolderWithoutClassesSaysWhatIsThere()
    {
        _images.WriteText("1.jpg", "");
        AssertFails(() => ImageDataset.FromFolder(_images.Root), _images.Root, "1 images but no folder");
    }

    [Fact]
    public void EmptyClassFolderIsNamed()
    {
        _images.WriteText("a/1.jpg", "");
        _images.WriteText("b/readme.txt", "");
        AssertFails(() => ImageDataset.FromFolder(_images.Root), _images.PathOf("b"), "has no image");
    }

    [Fact]
    public void ManifestReadsPathsWithSpacesFromTheListsFolder()
    {
        string list = _images.WriteText("lists/train.txt", "a b/c d.jpg 1\r\n\r\n  e.jpg\t0  \nf 7.jpg 2");

        ImageDataset dataset = ImageDataset.FromList(list);

        Assert.Equal(
            ["a b/c d.jpg", "e.jpg", "f 7.jpg"],
            dataset.Select(image => Path.GetRelativePath(_images.PathOf("lists"), image.Name).Replace('\\', '/'))
        );
        Assert.Equal([1, 0, 2], dataset.Select(image => image.Label));
        Assert.Equal(["0", "1", "2"], dataset.ClassNames);
    }

    [Fact]
    public void ManifestTakesARootAndNames()
    {
        string list = _images.WriteText("train.txt", "x.jpg 1\n");
        string names = _images.WriteText("names.txt", "golden retriever\nowl\nlynx\n\n");

        ImageDataset dataset = ImageDataset.FromList(list, Path.GetTempPath(), ImageDataset.ReadClassNames(names));

        Assert.Equal(Path.Combine(Path.GetTempPath(), "x.jpg"), dataset[0].Name);
        Assert.Equal(["golden retriever", "owl", "lynx"], dataset.ClassNames);
        Assert.Equal([0, 1, 0], dataset.Classes.Counts);
    }

    [Fact]
    public void ManifestNamesEveryBadLineByItsNumber()
    {
        string list = _images.WriteText(
            "train.txt",
            "a.jpg 0\nb.jpg\n3\nc.jpg one\nd.jpg -1\ne.jpg 2000000000\nf.jpg 99999999999\ng.jpg 1\n"
        );
        AssertFails(
            () => ImageDataset.FromList(list),
            "6 bad lines",
            "line 2: 'b.jpg'",
            "line 3: '3' has no path",
            "line 4:",
            "line 5: label -1",
            "line 6: label 2000000000",
            "line 7:"
        );
    }

    [Fact]
    public void ManifestOfRubbishNamesTenLinesAndCountsTheRest()
    {
        string list = _images.WriteText("train.txt", string.Join('\n', Enumerable.Repeat(new string('x', 500), 50)));
        string message = AssertFails(() => ImageDataset.FromList(list), "50 bad lines", "line 10:", "and 40 more");
        Assert.DoesNotContain("line 11:", message);
        Assert.True(message.Length < 3000, message);
    }

    [Fact]
    public void FewerClassNamesThanLabelsIsAnError()
    {
        string list = _images.WriteText("train.txt", "a.jpg 0\nb.jpg 2\n");
        AssertFails(() => ImageDataset.FromList(list, null, ["a", "b"]), "line 2", "label 2 has no class name", "2 names");
    }

    [Fact]
    public void MissingOrEmptyListsAreNamed()
    {
        AssertFails(() => ImageDataset.FromList(_images.PathOf("no.txt")), "no.txt", "does not exist");
        string list = _images.WriteText("empty.txt", "\n\n");
        AssertFails(() => ImageDataset.FromList(list), "empty.txt", "names no image");
        AssertFails(() => ImageDataset.FromList(list, _images.PathOf("gone")), "gone", "does not exist");
        AssertFails(() => ImageDataset.ReadClassNames(_images.PathOf("no.txt")), "no.txt", "does not exist");
        AssertFails(() => ImageDataset.ReadClassNames(list), "empty");
        AssertFails(() => ImageDataset.ReadClassNames(_images.WriteText("gap.txt", "a\n\nb\n")), "Line 2", "gap.txt");
    }

    [Fact]
    public void ImagesInMemoryOutliveTheCallersHandle()
    {
        RgbImage image = TestImages.Image(5, 4);
        byte[] expected = image.ToPacked();
        ImageDataset dataset = ImageDataset.FromImages([(image, 1)], ["a", "b"]);
        image.Dispose();

        using RgbImage loaded = dataset[0].Source.Load();
        Assert.Equal(expected, loaded.ToPacked());
        Assert.Equal([0, 1], dataset.Classes.Counts);
    }

    [Fact]
    public void LabelsOutsideTheNamesAndEmptySetsAreErrors()
    {
        AssertFails(() => new ImageDataset([], ["a"]), "no image");
        AssertFails(() => new ImageDataset([new LabeledImage("x.jpg", 1)], ["a"]), "Label 1");
    }

    [Fact]
    public void WhereKeepsTheImagesThatSatisfyTheCondition()
    {
        ImageDataset dataset = Labeled(["a", "b"], 0, 1, 0, 1);
        ImageDataset odd = dataset.Where(image => image.Label == 1);
        Assert.Equal(["1.jpg", "3.jpg"], odd.Select(image => image.Name));
        Assert.Equal(dataset.ClassNames, odd.ClassNames);
        AssertFails(() => dataset.Where(image => image.Label == 2), "no image");
    }

    [Fact]
    public void ConcatJoinsClassesByName()
    {
        ImageDataset joined = Labeled(["a", "b"], 0, 1).Concat(Labeled(["c", "b"], 0, 1, 1));
        Assert.Equal(["a", "b", "c"], joined.ClassNames);
        Assert.Equal([0, 1, 2, 1, 1], joined.Select(image => image.Label));
        Assert.Equal(["0.jpg", "1.jpg", "0.jpg", "1.jpg", "2.jpg"], joined.Select(image => image.Name));
    }

    [Fact]
    public void ConcatRefusesNamesThatDoNotTellClassesApart()
    {
        ImageDataset twice = Labeled(["red", "red", "blue"], 0, 1, 2);
        AssertFails(() => twice.Concat(Labeled(["blue", "green"], 0)), "'red'", "0 and 1");
        AssertFails(() => Labeled(["blue", "red"], 0).Concat(twice), "'red'", "0 and 1");
        Assert.Equal([0, 1, 2, 0, 1, 2], twice.Concat(twice).Select(image => image.Label));
    }

    [Fact]
    public void ClassNamesThatAreNullOrBlankAreRefused()
    {
        AssertFails(() => Labeled([null!, "a"], 0), "class 0", "null");
        AssertFails(() => Labeled(["a", ""], 0), "class 1", "blank");
        AssertFails(() => Labeled(["a", "b"], 0).Relabel(_ => " "), "class 0", "blank");
        _images.WriteText("set/a/1.jpg", "");
        AssertFails(() => ImageDataset.FromFolder(_images.PathOf("set"), ["a", null!]), "class 1", "null");
        AssertFails(() => ImageDataset.FromList(_images.WriteText("l.txt", "x.jpg a\n"), null, ["a", null!]), "class 1", "null");
    }

    [Fact]
    public void RelabelJoinsClassesThatGetTheSameName()
    {
        ImageDataset coarse = Labeled(["cat/lion", "dog/wolf", "cat/lynx"], 0, 1, 2).Relabel(name => name.Split('/')[0]);
        Assert.Equal(["cat", "dog"], coarse.ClassNames);
        Assert.Equal([0, 1, 0], coarse.Select(image => image.Label));
    }

    [Fact]
    public void ADatasetHoldsEncodedBytesButNotAStream()
    {
        byte[] bytes = TestImages.Encode(20, 10, 1, SkiaSharp.SKEncodedImageFormat.Png);
        ImageDataset dataset = new([new LabeledImage(bytes, 0), new LabeledImage(ImageSource.FromBytes(bytes[..40], "cut"), 0)], ["a"]);
        DatasetCheck check = dataset.Check();
        Assert.Equal(new ImageSize(20, 10), check.Sizes[0]);
        Assert.Equal("cut", Assert.Single(check.Unreadable).Name);
        using RgbImage pixels = new SkiaImageDecoder().Decode(dataset[0].Source);
        Assert.Equal(20, pixels.Width);
        AssertFails(
            () => new ImageDataset([new LabeledImage(ImageSource.FromStream(new MemoryStream(bytes), "body"), 0)], ["a"]),
            "'body'",
            "only once"
        );
    }

    [Fact]
    public void ImagesOfTheSameFileAreEqual()
    {
        Assert.Equal(new LabeledImage("a.jpg", 1), new LabeledImage("a.jpg", 1));
        Assert.NotEqual(new LabeledImage("a.jpg", 1), new LabeledImage("b.jpg", 1));
        Assert.NotEqual(ImageSource.FromFilePart("a.tar", 0, 9, "x"), ImageSource.FromFilePart("a.tar", 512, 9, "x"));
    }

    private static ImageDataset Labeled(IReadOnlyList<string> names, params int[] labels) =>
        new(labels.Select((label, i) => new LabeledImage($"{i}.jpg", label)), names);

    private static string AssertFails(Func<object> action, params string[] words)
    {
        string message = Assert.Throws<LiftPlusException>(action).Message;
        Assert.All(words, word => Assert.Contains(word, message));
        return message;
    }
}
