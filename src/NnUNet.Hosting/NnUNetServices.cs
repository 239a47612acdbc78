using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NnUNet.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Hosting;

/// <summary>Adds trained models to a service container.</summary>
public static class NnUNetServices
{
    /// <summary>Adds a model: a <see cref="Segmenter"/> for single images, and a <see cref="FolderPredictor"/> for whole folders.</summary>
    /// <remarks>
    /// Both are single instances, safe for several threads. The segmenter loads its networks when it is first asked for, and frees them with
    /// the container; a fault of the model is thrown there. Warnings go to the container's log where it has one.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="modelFolder">The folder with <c>plans.json</c> (or <c>plans.pkl</c>) and the folds.</param>
    /// <param name="options">How to predict; null for the defaults.</param>
    /// <exception cref="DescribedException">The options are wrong.</exception>
    public static IServiceCollection AddNnUNet(this IServiceCollection services, string modelFolder, PredictOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        PredictOptions checkedOptions = Checked(modelFolder, options);
        services.AddSingleton(provider => Load(provider, modelFolder, checkedOptions));
        services.AddSingleton(provider => new FolderPredictor(modelFolder, checkedOptions, LoggerOf<FolderPredictor>(provider)));
        return services;
    }

    /// <summary>Adds one of several models, which is asked for by its key.</summary>
    /// <inheritdoc cref="AddNnUNet(IServiceCollection, string, PredictOptions?)"/>
    /// <param name="services">The services.</param>
    /// <param name="key">The key, such as a name.</param>
    /// <param name="modelFolder">The folder with <c>plans.json</c> (or <c>plans.pkl</c>) and the folds.</param>
    /// <param name="options">How to predict; null for the defaults.</param>
    public static IServiceCollection AddKeyedNnUNet(this IServiceCollection services, object key, string modelFolder, PredictOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(key);
        PredictOptions checkedOptions = Checked(modelFolder, options);
        services.AddKeyedSingleton(key, (provider, _) => Load(provider, modelFolder, checkedOptions));
        services.AddKeyedSingleton(key, (provider, _) => new FolderPredictor(modelFolder, checkedOptions, LoggerOf<FolderPredictor>(provider)));
        return services;
    }

    private static PredictOptions Checked(string modelFolder, PredictOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        options ??= new PredictOptions();
        string[] faults = [.. options.Faults()];
        return faults.Length == 0 ? options : throw new DescribedException("prediction", string.Join("; ", faults), "correct the options");
    }

    private static Segmenter Load(IServiceProvider provider, string modelFolder, PredictOptions options)
    {
        ILogger logger = LoggerOf<Segmenter>(provider);
        Segmenter segmenter = Segmenter.Load(modelFolder, options);
        foreach (string warning in segmenter.Model.Warnings) LogMessages.Warning(logger, warning);
        LogMessages.Loaded(logger, segmenter.Model.Path, string.Join(", ", segmenter.Folds));
        return segmenter;
    }

    private static ILogger<T> LoggerOf<T>(IServiceProvider provider) =>
        (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>();
}
